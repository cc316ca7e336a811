import type { ClusterView } from "@quorate/drawing";
import { leaderIn } from "../state/leader-in.ts";
import { act, nodeIn, until } from "../state/moves.ts";
import type { Lesson } from "./lesson.ts";
import { elect, haveMet, isCommitted, isSettled, leaderName, putByLeader } from "./look.ts";

const isJoint = (view: ClusterView): boolean => (leaderIn(view)?.membership.outgoing.length ?? 0) > 0;
const votersIn = (view: ClusterView): readonly string[] => leaderIn(view)?.membership.voters ?? [];
const names = (view: ClusterView) => ({
  ...leaderName(view),
  old: leaderIn(view)?.membership.outgoing.join(", ") ?? "?",
  new: votersIn(view).join(", "),
});

export const jointConsensus: Lesson = {
  id: "joint-consensus",
  title: { en: "Joint consensus", zh: "联合共识" },
  summary: {
    en: "From three members to three others, without a moment in which two majorities could decide.",
    zh: "从三个成员换到另外三个，期间没有任何时刻会有两个多数派各自决定。",
  },
  section: "§6",
  start: { seed: "c", nodes: 3, options: { logs: haveMet(3), delayMinMs: 20, delayMaxMs: 40 } },
  steps: [
    {
      text: {
        en: "`n1` leads `n1`, `n2` and `n3`, and one value is written. Two machines are to be replaced: `n2` and `n3`.",
        zh: "`n1` 领导着 `n1`、`n2` 和 `n3`，已写入一个值。要换掉两台机器：`n2` 和 `n3`。",
      },
      speed: 1,
      highlights: ["n1"],
      moves: [...elect("n1"), act(putByLeader("1")), until((view) => isCommitted(view, "1"))],
      until: isSettled,
    },
    {
      text: {
        en: "Two spare nodes are started. They belong to no cluster yet: no log, no vote.",
        zh: "启动两个备用节点。它们还不属于任何集群：没有日志，没有投票权。",
      },
      highlights: ["n4", "n5"],
      moves: [act({ type: "start-spare" }), act({ type: "start-spare" })],
      until: (view) => nodeIn(view, "n4") !== undefined && nodeIn(view, "n5") !== undefined,
    },
    {
      text: {
        en: "Why not just switch from old to new? Nodes switch at different times: for a moment `n2` and `n3` could elect a leader by the old list, and `n4` and `n5` another by the new one, **in the same term**.\n\nAsk `{leader}` for the change, and watch.",
        zh: "为什么不直接从旧的切到新的？各节点切换的时刻不同：有那么一瞬，`n2` 和 `n3` 可能按旧名单选出一个领导者，`n4` 和 `n5` 按新名单选出另一个，而且**在同一任期**。\n\n向 `{leader}` 提出变更，然后看。",
      },
      names: leaderName,
      highlights: ["n1", "n4", "n5"],
      speed: 1 / 20,
      ask: {
        words: { en: "Replace n2 and n3 by n4 and n5", zh: "用 n4 和 n5 替换 n2 和 n3" },
        action: { type: "change-members", add: [{ id: "n4" }, { id: "n5" }], remove: ["n2", "n3"] },
      },
      until: isJoint,
    },
    {
      text: {
        en: "First the two newcomers were **learners**: they got the log, but had no vote. Now the cluster is **joint**: the old voters {old} and the new ones {new}. Every decision, an election as well as a commit, now needs **a majority of the old and a majority of the new**. So neither side can decide alone.",
        zh: "起初两个新节点是**学习者**：收到日志，但没有投票权。现在集群处于**联合**状态：旧的投票者 {old}，新的 {new}。现在每个决定，无论选举还是提交，都需要**旧的多数和新的多数**。所以任何一边都不能单独决定。",
      },
      names,
      highlights: ["logs"],
    },
    {
      text: {
        en: "The joint configuration is an entry in the log like any other, with one difference: a node goes by it **as soon as it has it**, committed or not. Once it is committed by both majorities, the leader appends the second entry: the new configuration alone.",
        zh: "联合配置和别的条目一样写在日志里，只有一点不同：节点**一拿到就照它行事**，无论是否已提交。等两个多数都提交了它，领导者再追加第二个条目：只含新配置。",
      },
      highlights: ["n1", "n4", "n5", "logs"],
      until: (view) => leaderIn(view) !== undefined && !isJoint(view) && votersIn(view).includes("n5"),
    },
    {
      text: {
        en: "The leader goes by the new list now: {new}. `n2` and `n3` are not asked any more.",
        zh: "领导者现在按新名单行事：{new}。不再询问 `n2` 和 `n3`。",
      },
      names,
      highlights: ["n4", "n5"],
      speed: 1 / 10,
      until: (view) => (leaderIn(view)?.commitIndex ?? 0) === leaderIn(view)?.log.lastIndex,
    },
    {
      text: {
        en: "Take one of the old nodes away for good, and write.",
        zh: "把一个旧节点彻底拿走，再写入。",
      },
      moves: [act({ type: "kill", node: "n2" })],
      ask: { words: { en: "Write x = 2", zh: "写入 x = 2" }, action: putByLeader("2") },
      until: (view) => isCommitted(view, "2"),
    },
    {
      text: {
        en: "Committed by two of {new}. The service never stopped: while the change was going on, writes were accepted as ever.",
        zh: "由 {new} 中的两个提交了。服务从未停止：变更期间照常接受写入。",
      },
      names,
      highlights: ["n1", "n4", "n5"],
    },
  ],
};
