import { leaderIn } from "../state/leader-in.ts";
import { allApplied, nodeIn, pass } from "../state/moves.ts";
import type { Lesson } from "./lesson.ts";
import { haveMet } from "./look.ts";
import type { ClusterView, NodeView } from "@quorate/drawing";

/** Who stands for election, or asks whether it could. */
const candidateIn = ({ nodes }: ClusterView, role: "pre-candidate" | "candidate"): NodeView | undefined =>
  nodes.find((node) => node.role === role && node.condition === "up");

const candidateName = (view: ClusterView): { readonly candidate: string } => ({
  candidate: (candidateIn(view, "candidate") ?? candidateIn(view, "pre-candidate"))?.id ?? "?",
});
const leaderName = (view: ClusterView): { readonly leader: string } => ({ leader: leaderIn(view)?.id ?? "?" });
const highlightLeader = (view: ClusterView): readonly string[] => Object.values(leaderName(view));
const isDown = (view: ClusterView): boolean => view.nodes.some(({ condition }) => condition === "down");
const fallen = (view: ClusterView): string => view.nodes.find(({ condition }) => condition === "down")?.id ?? "n1";

export const firstElection: Lesson = {
  id: "first-election",
  title: { en: "The first election", zh: "第一次选举" },
  summary: {
    en: "Five nodes start, and agree on one that leads; then it dies.",
    zh: "五个节点启动，选出一个领导者；然后它死了。",
  },
  section: "§5.2",
  // They have met before: a cluster that is only being founded needs all five, and this one is to teach three.
  start: { seed: "5", nodes: 5, options: { delayMinMs: 15, delayMaxMs: 35, logs: haveMet(5) } },
  steps: [
    {
      text: {
        en: "Five nodes have just been started. Nobody leads, so all of them are **followers**: circles with an `F`.\n\nThe blue arc around each is its **election timer**. A follower that hears no leader until its arc is gone will try to become the leader itself.",
        zh: "五个节点刚刚启动。还没有领导者，所以它们都是**跟随者**：标着 `F` 的圆。\n\n每个节点外的蓝色弧线是它的**选举定时器**。若弧线耗尽时仍没听到领导者，跟随者就会尝试自己当领导者。",
      },
    },
    {
      text: {
        en: "Now time runs, 20 times slower than it would. All arcs began full and shrink towards nothing, but some faster than others: each node has drawn its **timeout at random** (§5.2). Who will be first?",
        zh: "现在时间开始流动，比实际慢 20 倍。所有弧线都从满圆开始缩短，但快慢不同：每个节点的**超时是随机抽取的**（§5.2）。谁会最先？",
      },
      speed: 1 / 20,
      until: (view) => candidateIn(view, "pre-candidate") !== undefined,
    },
    {
      text: {
        en: "The timer of `{candidate}` has run out. Before it disturbs anybody, it asks the others whether it could win at all: a **PreVote** (diss. §9.6), the diamonds on their way now. The ticks below it are the answers.",
        zh: "`{candidate}` 的定时器到期了。在打扰任何人之前，它先问其他节点自己有没有可能当选：这就是**预投票**（博士论文 §9.6），即正在飞行的菱形。它下方的勾是收到的答复。",
      },
      names: candidateName,
      highlights: (view) => Object.values(candidateName(view)),
      until: (view) => candidateIn(view, "candidate") !== undefined,
    },
    {
      text: {
        en: "A majority would vote for it. So `{candidate}` becomes a **candidate**: it enters the next **term**, votes for itself and asks all others for their votes, with RequestVote.\n\nA node has one vote per term, and writes it to its disk before it answers: that is why no term can have two leaders.",
        zh: "多数节点愿意投票给它。于是 `{candidate}` 成为**候选人**：进入下一个**任期**，投自己一票，并用 RequestVote 向所有其他节点要票。\n\n每个节点在一个任期里只有一票，并且先写入磁盘再答复：因此一个任期不可能有两个领导者。",
      },
      names: candidateName,
      highlights: (view) => Object.values(candidateName(view)),
      until: (view) => leaderIn(view) !== undefined,
    },
    {
      text: {
        en: "Three votes of five are a majority: `{leader}` is the **leader**, the hexagon with the crown. It did not have to wait for the rest. (Only the very first election of a new cluster takes all of them, so that no founder is left out who has lost its disk. These five have met before.)\n\nIts first deed is to append an entry to its log, in its own term, and to send it to everybody. Whoever hears of it becomes its follower.",
        zh: "五票得三票即为多数：`{leader}` 成为**领导者**，即戴皇冠的六边形。它不必等待其余的票。（只有全新集群的第一次选举需要所有节点，以免漏掉某个丢了磁盘的创始节点。这五个节点早已见过面。）\n\n它做的第一件事，是在自己的任期里向日志追加一个条目，并发给所有节点。听到的节点都成为它的跟随者。",
      },
      names: leaderName,
      highlights: highlightLeader,
      until: (view) => view.nodes.every(({ leader }) => leader !== undefined),
    },
    {
      text: {
        en: "From now on the leader sends **heartbeats**, the small grey dots. Look at the arcs: each heartbeat fills a follower's timer again. As long as they come, nobody stands for election.",
        zh: "此后领导者不断发送**心跳**，即灰色小点。请看弧线：每次心跳都会让跟随者的定时器重新充满。只要心跳不断，就没有人参选。",
      },
      speed: 1 / 10,
      moves: [pass(450)],
    },
    {
      text: {
        en: "Leaders die. Kill `{leader}` and see what the others make of it.",
        zh: "领导者也会死。杀死 `{leader}`，看看其他节点如何应对。",
      },
      names: leaderName,
      highlights: highlightLeader,
      ask: {
        words: { en: "Kill the leader", zh: "杀死领导者" },
        action: (view) => ({ type: "kill", node: leaderIn(view)?.id ?? "n1" }),
      },
      until: isDown,
    },
    {
      text: {
        en: "No heartbeat comes any more, and nobody told the followers why: the arcs run down. The first to notice starts the next election, in the next term. Four nodes are left of five: still a majority of all.",
        zh: "再没有心跳到来，也没人告诉跟随者原因：弧线一路缩短。最先察觉的节点发起下一次选举，进入下一个任期。五个节点还剩四个，仍是全体的多数。",
      },
      until: (view) => isDown(view) && leaderIn(view) !== undefined,
    },
    {
      text: {
        en: "`{leader}` leads the new term. The time line below has both: the coloured bands are the terms and who led them.\n\nNow start the old leader again. What will it believe to be?",
        zh: "`{leader}` 领导了新的任期。下方的时间线记下了两者：彩色条带是各个任期及其领导者。\n\n现在重新启动旧领导者。它会以为自己是什么？",
      },
      names: leaderName,
      highlights: ["time-line"],
      ask: {
        words: { en: "Start it again", zh: "重新启动它" },
        action: (view) => ({ type: "restart", node: fallen(view) }),
      },
      until: (view) => view.nodes.every(({ condition, leader }) => condition === "up" && leader !== undefined),
    },
    {
      text: {
        en: "A follower: every node starts as one. It met the higher term in the first message that it got, and whoever meets a higher term goes along with it (§5.1).\n\nThat is the whole election: random timers, one vote per term and node, and a majority. Try `Node` → `Force election`, or go on to the next lesson.",
        zh: "一个跟随者：每个节点启动时都是。它从收到的第一条消息里见到了更高的任期，而见到更高任期者必须跟从（§5.1）。\n\n选举就是这些：随机的定时器，每个节点每个任期一票，以及多数派。可以试试“节点”→“强制选举”，或者继续下一课。",
      },
      moves: [pass(300)],
      until: (view) => allApplied(view, 1) && nodeIn(view, fallen(view))?.condition !== "down",
    },
  ],
};
