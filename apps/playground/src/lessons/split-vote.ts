import type { ClusterView } from "@quorate/drawing";
import { leaderIn } from "../state/leader-in.ts";
import { act, nodeIn, pass } from "../state/moves.ts";
import type { Lesson } from "./lesson.ts";
import { haveMet, highlightLeader, leaderName } from "./look.ts";

const NEAR_MS = 15;
const FAR_MS = 40;
const link = (from: string, to: string, delayMs: number) =>
  act({ type: "link", from, to, delayMinMs: delayMs, delayMaxMs: delayMs });

const isCandidate = (view: ClusterView, id: string): boolean => nodeIn(view, id)?.role === "candidate";
const areCandidates = (view: ClusterView): boolean => isCandidate(view, "n1") && isCandidate(view, "n2");
/** Each has its own vote and one more; they have heard all refusals, and given up. */
const isSplit = (view: ClusterView): boolean =>
  ["n1", "n2"].every((id) => nodeIn(view, id)?.role === "follower" && nodeIn(view, id)?.votedFor === id);
const votersFor = ({ nodes }: ClusterView, id: string): number =>
  nodes.filter(({ votedFor }) => votedFor === id).length;

export const splitVote: Lesson = {
  id: "split-vote",
  title: { en: "A split vote", zh: "选票瓜分" },
  summary: {
    en: "Two candidates at once, and nobody wins; why timeouts are random.",
    zh: "两个候选人同时出现，谁也赢不了；以及超时为何要随机。",
  },
  section: "§5.2",
  start: { seed: "b", nodes: 4, options: { logs: haveMet(4), liveness: false } },
  steps: [
    {
      text: {
        en: "Four nodes without a leader. They have worked together before, so all have the same log and term 1.\n\nA majority of four is **three**. Two votes are not enough for anybody.",
        zh: "四个节点，没有领导者。它们以前合作过，所以日志都相同，任期都是 1。\n\n四个节点的多数是**三个**。谁只得两票都不够。",
      },
    },
    {
      text: {
        en: "Now bad luck: the timers of `n1` and `n2` run out **at the same moment**. Both ask whether they could win (PreVote), and both could. So both become candidates for the same term.",
        zh: "现在运气不好：`n1` 和 `n2` 的定时器**同时**到期。两者都先问自己能否当选（预投票），答案都是能。于是两者都成为同一任期的候选人。",
      },
      speed: 1 / 20,
      highlights: ["n1", "n2"],
      moves: [
        link("n1", "n3", NEAR_MS),
        link("n2", "n4", NEAR_MS),
        link("n1", "n4", FAR_MS),
        link("n2", "n3", FAR_MS),
        act({ type: "force-election", node: "n1" }),
        act({ type: "force-election", node: "n2" }),
      ],
      until: areCandidates,
    },
    {
      text: {
        en: "Each votes for itself and asks the rest. `n3` hears `n1` first, `n4` hears `n2` first; and a node has **one vote per term**, for whoever asks first. Watch the ticks and crosses.",
        zh: "两者各投自己一票，并向其余节点要票。`n3` 先听到 `n1`，`n4` 先听到 `n2`；而每个节点**每个任期只有一票**，先到先得。请看那些勾和叉。",
      },
      highlights: ["n3", "n4"],
      until: isSplit,
    },
    {
      text: {
        en: "{first} votes for `n1`, {second} for `n2`. With two refusals each, neither can get three any more: both give up and are followers again. The term goes by without a leader. That is safe, but nothing can be written.",
        zh: "`n1` 有 {first} 票，`n2` 有 {second} 票。各被拒绝两次，谁也不可能再拿到三票：两者都放弃，重新成为跟随者。这个任期没有领导者。这是安全的，但什么也写不了。",
      },
      names: (view) => ({ first: votersFor(view, "n1"), second: votersFor(view, "n2") }),
      highlights: ["n1", "n2"],
    },
    {
      text: {
        en: "What helps is **chance**. Everybody has drawn a new timeout between 300 and 600 ms: look how different the arcs are. Whoever wakes first asks for votes in the next term before anybody else wakes.",
        zh: "帮上忙的是**运气**。每个节点都在 300 到 600 毫秒之间重新抽取了超时：看弧线多么不同。最先醒来的节点，会在别人醒来之前就在下一个任期要票。",
      },
      speed: 1 / 10,
      until: (view) => leaderIn(view) !== undefined,
    },
    {
      text: {
        en: "`{leader}` leads. The range must be wide compared with the time that messages take; then a second collision is rare, and a third rarer still.",
        zh: "`{leader}` 成为领导者。超时的范围要比消息所需的时间宽得多；这样第二次相撞就很少见，第三次更少见。",
      },
      names: leaderName,
      highlights: highlightLeader,
      moves: [pass(300)],
    },
    {
      text: {
        en: "Were all timeouts the same, they would wake together again, split the vote again, and so on. “Break it” has just that: try it with equal timeouts.\n\nRaft first tried to rank the candidates instead. Chance was simpler, and had no corner cases (§5.2).",
        zh: "如果超时都一样，它们又会同时醒来，再次瓜分选票，如此反复。“弄坏它”里正好有这一项：试试相同的超时。\n\nRaft 起初试过给候选人排名次。随机的办法更简单，也没有边角情形（§5.2）。",
      },
    },
  ],
};
