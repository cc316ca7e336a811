import { figure7 as script } from "@quorate/cluster-lab/scripts";
import type { ClusterView } from "@quorate/drawing";
import { act, nodeIn } from "../state/moves.ts";
import type { Lesson } from "./lesson.ts";
import { leads, termsOf } from "./look.ts";

/** The node's log holds the same terms as the leader's. */
const isRepaired = (view: ClusterView, id: string): boolean =>
  termsOf(view, id).join() === termsOf(view, "n1").join() && termsOf(view, id).length > 0;
const areRepaired = (view: ClusterView, ...ids: readonly string[]): boolean => ids.every((id) => isRepaired(view, id));

export const figure7: Lesson = {
  id: "figure-7",
  title: { en: "The six logs of figure 7", zh: "图 7 的六份日志" },
  summary: {
    en: "In how many ways a follower's log may differ from its leader's, and the one rule that repairs all of them.",
    zh: "跟随者的日志可以怎样不同于领导者，以及修复一切的那条规则。",
  },
  section: "§5.3",
  start: { seed: "7", nodes: script.nodes, options: script.options },
  steps: [
    {
      text: {
        en: "These are the logs of **figure 7** of the paper. `n1` is about to lead term 8; `n2` to `n7` are the followers (a) to (f). The number behind the `T` of an entry is its term.\n\nOne thing is different: the configuration stands first, so each index is one higher than in the paper.",
        zh: "这是论文**图 7** 的日志。`n1` 即将领导任期 8；`n2` 到 `n7` 是跟随者 (a) 到 (f)。每个条目里 `T` 后面的数字是它的任期。\n\n有一处不同：最前面是集群配置，所以每个索引都比论文大一。",
      },
      highlights: ["logs"],
    },
    {
      text: {
        en: "`n2` (a) and `n3` (b) **lack** entries at the end: they were away, or messages to them were lost.",
        zh: "`n2`（a）和 `n3`（b）末尾**缺少**条目：它们曾离开，或是发给它们的消息丢了。",
      },
      highlights: ["n2", "n3", "logs"],
    },
    {
      text: {
        en: "`n4` (c) and `n5` (d) have **more** than the leader: entries that an earlier leader gave them and that were never committed. (d) itself led term 7.",
        zh: "`n4`（c）和 `n5`（d）比领导者**更多**：早先的领导者给了它们这些条目，但从未提交。任期 7 的领导者正是 (d)。",
      },
      highlights: ["n4", "n5", "logs"],
    },
    {
      text: {
        en: "`n6` (e) and `n7` (f) both lack entries **and** have others. (f) led term 2, wrote to its own log, crashed, came back, led term 3, wrote more, and crashed again before anything was committed.",
        zh: "`n6`（e）和 `n7`（f）既缺条目，**又**有别的条目。(f) 领导过任期 2，写了自己的日志，崩溃，回来，又领导任期 3，再写，在提交任何东西之前又崩溃了。",
      },
      highlights: ["n6", "n7", "logs"],
    },
    {
      text: {
        en: "`n1` stands for election. (c) and (d) have logs that are ahead of its own, so they say no (§5.4.1). (a), (b), (e) and (f) say yes: with itself that makes five of seven, where four would do.",
        zh: "`n1` 参选。(c) 和 (d) 的日志领先于它，所以拒绝（§5.4.1）。(a)、(b)、(e)、(f) 同意：加上它自己，七票得五票，而四票就够了。",
      },
      highlights: ["n1"],
      speed: 1 / 20,
      moves: [act({ type: "force-election", node: "n1" })],
      until: (view) => leads(view, "n1"),
    },
    {
      text: {
        en: "It leads term 8 and appends an entry of its own. With every entry it sends the index and term of **the one before**: a follower that does not have exactly that one refuses (the consistency check).\n\nFirst (a) and (b): the leader steps back to where they end, and fills them up. (The links to the rest are cut for a moment, so that you can watch one after the other.)",
        zh: "它领导任期 8，并追加一个自己的条目。每次发送条目都带上**前一个条目**的索引和任期：跟随者若没有恰好那一个，就拒绝（一致性检查）。\n\n先看 (a) 和 (b)：领导者退回到它们的末尾，然后补齐。（通往其余节点的链路暂时切断，好让你逐个观察。）",
      },
      highlights: ["n2", "n3", "logs"],
      moves: [act({ type: "partition", groups: [["n4", "n5", "n6", "n7"]] })],
      until: (view) => areRepaired(view, "n2", "n3"),
    },
    {
      text: {
        en: "(c) and (d) have an entry of term 6 or 7 where the leader has one of term 8. An entry that **contradicts** the leader's is removed, with all that follow it.",
        zh: "领导者在那里是任期 8 的条目，(c) 和 (d) 却是任期 6 或 7 的。与领导者**矛盾**的条目会被删除，连同其后的全部。",
      },
      highlights: ["n4", "n5", "logs"],
      moves: [act({ type: "partition", groups: [["n6", "n7"]] })],
      until: (view) => areRepaired(view, "n4", "n5"),
    },
    {
      text: {
        en: "(e) and (f) take the same rule: back to the last entry on which both agree, remove the rest, take the leader's. A refusal says where to look next, so that the leader need not try every index.",
        zh: "(e) 和 (f) 用的是同一条规则：退到双方一致的最后一个条目，删掉其余，接收领导者的。拒绝时会提示接下来该看哪里，所以领导者不必逐个索引去试。",
      },
      highlights: ["n6", "n7", "logs"],
      moves: [act({ type: "heal-all" })],
      until: (view) =>
        areRepaired(view, "n6", "n7") && nodeIn(view, "n1")?.commitIndex === nodeIn(view, "n1")?.log.lastIndex,
    },
    {
      text: {
        en: "Seven logs, all the same, and the leader **never changed its own**. No log was compared as a whole: if two logs hold an entry of the same index and term, they are the same up to there (Log Matching).",
        zh: "七份日志，全都相同，而领导者**从未改动自己的日志**。没有谁去整份比较：若两份日志在同一索引处有同一任期的条目，那么到此为止它们都相同（日志匹配性质）。",
      },
      highlights: ["logs"],
    },
  ],
};
