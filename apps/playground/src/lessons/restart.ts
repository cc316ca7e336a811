import type { ClusterView } from "@quorate/drawing";
import { act, nodeIn, pass, until } from "../state/moves.ts";
import type { Lesson } from "./lesson.ts";
import { elect, haveMet, isSettled, isUp, putByLeader } from "./look.ts";
import { askToKill, askToRestart, watchRestart } from "./steps.ts";

const snapshotOf = (view: ClusterView, id: string): number | undefined => nodeIn(view, id)?.log.snapshot?.index;
const isSending = ({ flights }: ClusterView): boolean => flights.some(({ type }) => type === "install-snapshot");

export const restart: Lesson = {
  id: "restart",
  title: { en: "A follower restarts", zh: "跟随者重启" },
  summary: {
    en: "What a node finds on its disk, what it has forgotten, and what a snapshot saves it.",
    zh: "节点在磁盘上找到什么，忘掉了什么，快照又替它省了什么。",
  },
  section: "§5.5, §7",
  start: { seed: "11", nodes: 3, options: { logs: haveMet(3) } },
  steps: [
    {
      text: {
        en: "Three nodes, `n1` leads, and two values are written: everybody has applied them.",
        zh: "三个节点，`n1` 领导，写入了两个值：所有节点都已应用。",
      },
      speed: 1,
      moves: [...elect("n1"), act(putByLeader("1")), pass(50), act(putByLeader("2")), pass(50)],
      until: isSettled,
    },
    {
      text: {
        en: "The process of `n3` dies. Its **disk** stays: the log, the term and its vote. What it had in memory is gone: the values themselves, and how far it had committed and applied.",
        zh: "`n3` 的进程死掉。它的**磁盘**还在：日志、任期和投票。内存里的都没了：那些值本身，以及提交和应用到了哪里。",
      },
      speed: 1 / 10,
      highlights: ["n3"],
      ...askToKill("n3"),
    },
    {
      text: {
        en: "Two of three go on without it: `x = 3` is committed meanwhile.",
        zh: "三个中的两个照常继续：这期间 `x = 3` 已提交。",
      },
      moves: [pass(100), act(putByLeader("3")), pass(50)],
      until: isSettled,
    },
    watchRestart("n3", {
      en: "Start it again.",
      zh: "再把它启动。",
    }),
    {
      text: {
        en: "The log is there, but committed up to {commit}, applied up to {applied}: it may not believe that its own entries are committed, as another leader could have replaced them. It waits for word from the leader, and then applies **everything from the first entry on**.",
        zh: "日志还在，但提交到 {commit}，应用到 {applied}：它不能认定自己的条目已经提交，因为别的领导者可能替换了它们。它等领导者的消息，然后**从第一个条目起全部**重新应用。",
      },
      names: (view) => ({
        commit: nodeIn(view, "n3")?.commitIndex ?? "?",
        applied: nodeIn(view, "n3")?.appliedIndex ?? "?",
      }),
      highlights: ["n3", "logs"],
      until: isSettled,
    },
    {
      text: {
        en: "With a million entries that takes long. So a node takes a **snapshot** of its values now and then, and drops the entries that led to them (§7). `n3` takes one with the next entry.",
        zh: "若有一百万个条目，这会很久。所以节点不时给自己的值拍一份**快照**，并丢弃造成这些值的条目（§7）。`n3` 会在下一个条目时拍一份。",
      },
      highlights: ["n3", "logs"],
      speed: 1 / 5,
      moves: [act({ type: "compact", node: "n3" }), act(putByLeader("4"))],
      until: (view) => snapshotOf(view, "n3") !== undefined && isSettled(view),
    },
    {
      text: {
        en: "Its snapshot stands for all entries up to {index}. Kill it once more …",
        zh: "它的快照代表直到 {index} 的所有条目。再杀死它一次……",
      },
      names: (view) => ({ index: snapshotOf(view, "n3") ?? "?" }),
      highlights: ["n3", "logs"],
      ...askToKill("n3"),
    },
    watchRestart("n3", { en: "… and start it.", zh: "……再启动它。" }),
    {
      text: {
        en: "This time it begins with {applied} applied: the snapshot holds only what was committed, so there is nothing to doubt and nothing to repeat.\n\nNow the other way round: kill it, and let the **leader** drop entries that `n3` will still need.",
        zh: "这次它一开始就已应用到 {applied}：快照里只有已提交的内容，所以无可怀疑，也无需重来。\n\n现在反过来：杀死它，让**领导者**丢掉 `n3` 还需要的条目。",
      },
      names: (view) => ({ applied: nodeIn(view, "n3")?.appliedIndex ?? "?" }),
      highlights: ["n3", "logs"],
      ...askToKill("n3"),
    },
    {
      text: {
        en: "`n1` writes `x = 5` and `x = 6` and takes a snapshot: `x = 5` is in no log of `n1` any more.",
        zh: "`n1` 写入 `x = 5` 和 `x = 6`，并拍下快照：`x = 5` 已不在 `n1` 的日志里了。",
      },
      highlights: ["n1", "logs"],
      speed: 1 / 5,
      moves: [act(putByLeader("5")), pass(50), act({ type: "compact", node: "n1" }), act(putByLeader("6"))],
      until: (view) => snapshotOf(view, "n1") !== undefined && isSettled(view),
    },
    {
      text: {
        en: "When `n3` is back, the leader looks for what it lacks, and does not have it either.",
        zh: "`n3` 回来后，领导者去找它缺的条目，却发现自己也没有了。",
      },
      speed: 1 / 10,
      ...askToRestart("n3"),
      until: (view) => isUp(view, "n3") && isSending(view),
    },
    {
      text: {
        en: "So it sends its **snapshot** instead (InstallSnapshot), in pieces. `n3` puts it in the place of its own values and of its whole log.",
        zh: "于是它改为分块发送自己的**快照**（InstallSnapshot）。`n3` 用它取代自己的值和整个日志。",
      },
      highlights: ["n3", "logs"],
      moves: [until((view) => !isSending(view))],
      until: isSettled,
    },
    {
      text: {
        en: "All three agree. A node may come back from nothing but its log, from a snapshot of its own, or with one from the leader; the values are the same.",
        zh: "三者一致。节点可以只凭日志恢复，可以凭自己的快照恢复，也可以凭领导者给的快照恢复；得到的值都相同。",
      },
    },
  ],
};
