import { leaderIn } from "../state/leader-in.ts";
import { act, nodeIn } from "../state/moves.ts";
import type { Lesson } from "./lesson.ts";
import { haveMet, highlightLeader, indexOf, isCommitted, isSettled, leaderName, put, putByLeader } from "./look.ts";
import { askToKill, askToRestart, oneLeadsFive } from "./steps.ts";

export const returningLeader: Lesson = {
  id: "returning-leader",
  title: { en: "A leader returns as follower", zh: "领导者归来成为跟随者" },
  summary: {
    en: "A leader dies with an entry that nobody else has; what becomes of both.",
    zh: "领导者带着一个别人都没有的条目死去；两者的下场如何。",
  },
  section: "§5.1, §5.3",
  start: { seed: "4", nodes: 5, options: { logs: haveMet(5) } },
  steps: [
    oneLeadsFive,
    {
      text: {
        en: "Its network fails: nothing that `n1` sends arrives. It cannot know that yet, and a client gives it a value.",
        zh: "它的网络坏了：`n1` 发出的东西都送不到。它此刻还无从得知，一个客户端又给了它一个值。",
      },
      speed: 1 / 10,
      moves: [act({ type: "partition", groups: [["n1"]] }), act(put("n1", "1"))],
      until: (view) => (nodeIn(view, "n1")?.durableIndex ?? 0) >= (indexOf(view, "n1", "1") ?? Infinity),
    },
    {
      text: {
        en: "`x = 1` is in the log of `n1` and nowhere else: **dashed**, not committed, and the client has no answer. Now its process dies, too.",
        zh: "`x = 1` 只在 `n1` 的日志里：**虚线**，未提交，客户端没有得到答复。现在它的进程也死了。",
      },
      highlights: ["n1", "logs"],
      ...askToKill("n1"),
    },
    {
      text: {
        en: "The other four hear no more heartbeats and elect a leader for the next term.",
        zh: "另外四个再也听不到心跳，于是为下一任期选出领导者。",
      },
      speed: 1 / 5,
      until: (view) => leaderIn(view) !== undefined && isSettled(view),
    },
    {
      text: {
        en: "`{leader}` leads. It has never heard of `x = 1`, and owes it nothing: only what is committed is promised. Write something else.",
        zh: "`{leader}` 成为领导者。它从没听说过 `x = 1`，也不亏欠它：只有已提交的才是承诺。写点别的吧。",
      },
      names: leaderName,
      highlights: highlightLeader,
      ask: { words: { en: "Write x = 2", zh: "写入 x = 2" }, action: putByLeader("2") },
      until: (view) => isCommitted(view, "2") && isSettled(view),
    },
    {
      text: {
        en: "At the index where `n1` has `x = 1`, the others have an entry of term {term}. The network is mended; start `n1` again.",
        zh: "在 `n1` 写着 `x = 1` 的索引处，其他节点是任期 {term} 的条目。网络修好了；重新启动 `n1`。",
      },
      names: (view) => ({ term: leaderIn(view)?.term ?? "?" }),
      highlights: ["n1", "logs"],
      speed: 1 / 20,
      moves: [act({ type: "heal-all" })],
      ...askToRestart("n1"),
    },
    {
      text: {
        en: "Every node starts as a follower, whatever it was before: its disk holds its term, {term}, but no office. The first message of `{leader}` will tell it of a higher term.",
        zh: "无论以前是什么，每个节点启动时都是跟随者：它的磁盘里有任期 {term}，却没有职位。`{leader}` 的第一条消息会告诉它更高的任期。",
      },
      names: (view) => ({ ...leaderName(view), term: nodeIn(view, "n1")?.term ?? "?" }),
      highlights: ["n1"],
      until: (view) => nodeIn(view, "n1")?.leader !== undefined,
    },
    {
      text: {
        en: "Now `n1` follows. The leader looks for the last entry on which both logs agree; `n1` **removes** what comes after it, `x = 1`, and takes the leader's entries.",
        zh: "现在 `n1` 跟随。领导者寻找两份日志一致的最后一个条目；`n1` **删除**其后的 `x = 1`，接收领导者的条目。",
      },
      highlights: ["n1", "logs"],
      until: (view) => indexOf(view, "n1", "1") === undefined && isSettled(view),
    },
    {
      text: {
        en: "`x = 1` is gone. Nobody was lied to: the client never got a “done”. It got no “failed” either: had one more node stored the entry, it might have survived. A client that hears nothing **does not know**.",
        zh: "`x = 1` 没了。没有人受骗：客户端从未得到“完成”。它也没得到“失败”：要是再有一个节点存下该条目，它或许就留下了。没得到答复的客户端**不知道**结果。",
      },
      highlights: ["logs"],
    },
  ],
};
