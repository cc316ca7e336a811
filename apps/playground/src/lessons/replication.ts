import type { Action } from "@quorate/cluster-lab";
import type { ClusterView, NodeView } from "@quorate/drawing";
import { leaderIn } from "../state/leader-in.ts";
import { allApplied, pass, until } from "../state/moves.ts";
import type { Lesson } from "./lesson.ts";

const leaderName = (view: ClusterView): { readonly leader: string } => ({ leader: leaderIn(view)?.id ?? "?" });
const followersIn = ({ nodes }: ClusterView): readonly NodeView[] =>
  nodes.filter(({ role, condition }) => role === "follower" && condition === "up");
const lastFollower = (view: ClusterView): string => followersIn(view).at(-1)?.id ?? "n3";
const isDown = (view: ClusterView, count: number): boolean =>
  view.nodes.filter(({ condition }) => condition === "down").length === count;
const fallen = ({ nodes }: ClusterView): string => nodes.find(({ condition }) => condition === "down")?.id ?? "n3";
const write =
  (value: string) =>
  (view: ClusterView): Action => ({ type: "put", via: leaderIn(view)?.id ?? "n1", key: "x", value });

/** The entry that writes this value, in the log of a node. */
const indexOf = (node: NodeView | undefined, value: string): number | undefined =>
  node?.log.entries.find(({ kind, text }) => kind === "command" && text === `x = ${value}`)?.index;
const isWritten = (view: ClusterView, value: string): boolean => indexOf(leaderIn(view), value) !== undefined;
const isCommitted = (view: ClusterView, value: string): boolean => {
  const leader = leaderIn(view);
  const index = indexOf(leader, value);
  return leader !== undefined && index !== undefined && leader.commitIndex >= index;
};

export const replication: Lesson = {
  id: "replication",
  title: { en: "Replication and commit", zh: "复制与提交" },
  summary: {
    en: "One value on its way from the client into three logs; and when it may be called done.",
    zh: "一个值从客户端走进三份日志；以及何时可以说它完成了。",
  },
  section: "§5.3",
  start: { seed: "7", nodes: 3, options: { delayMinMs: 15, delayMaxMs: 35 } },
  steps: [
    {
      text: {
        en: "First the cluster needs a leader: every write goes through it.",
        zh: "集群首先需要一个领导者：所有写入都经由它。",
      },
      speed: 1,
      moves: [until((view) => leaderIn(view) !== undefined), pass(600)],
    },
    {
      text: {
        en: "`{leader}` leads. To the right are the **logs**, a row for each node. What stands there so far is housekeeping: the members of the cluster, and the entry with which the leader began its term.\n\nWrite a value.",
        zh: "`{leader}` 是领导者。右边是**日志**，每个节点一行。目前里面只是一些内务：集群的成员，以及领导者开始任期时写下的条目。\n\n写入一个值吧。",
      },
      names: leaderName,
      highlights: ["logs"],
      speed: 1 / 20,
      ask: { words: { en: "Write x = 1", zh: "写入 x = 1" }, action: write("1") },
      until: (view) => isWritten(view, "1"),
    },
    {
      text: {
        en: "The leader has put the entry at the end of its own log. Its frame is **dashed**: it is not committed, and nothing has happened to `x` yet. Dotted means that it is not even on this node's disk.\n\nThe orange discs carry it to the followers, while the leader's own disk is still writing (diss. §10.2.1).",
        zh: "领导者已把条目放到自己日志的末尾。**虚线**边框表示尚未提交，`x` 还没有变化。点线则表示连本节点的磁盘都还没写完。\n\n橙色圆盘正把它带给跟随者，而领导者自己的磁盘还在写（博士论文 §10.2.1）。",
      },
      highlights: ["logs"],
      until: (view) => followersIn(view).some((node) => indexOf(node, "1") !== undefined),
    },
    {
      text: {
        en: "A follower has it. It answers when its disk has it, not before: the hollow orange circle is its promise.",
        zh: "一个跟随者拿到了它。等磁盘写完才答复，绝不提前：空心橙色圆就是它的承诺。",
      },
      until: (view) => isCommitted(view, "1"),
    },
    {
      text: {
        en: "With the first answer two nodes of three hold the entry: a **majority**. Now it is **committed**, and its frame is solid. Whatever happens to any one node, every future leader will have it (§5.4).\n\nThe leader applies it to its state machine, which is the green tick, and tells the client. For the rest nobody has to wait.",
        zh: "收到第一个答复时，三个节点中已有两个持有该条目：**多数**。它**已提交**，边框变为实线。无论哪一个节点出事，之后的每个领导者都会有它（§5.4）。\n\n领导者把它应用到状态机，即绿色的勾，并告知客户端。其余的不必等待。",
      },
      highlights: ["logs"],
      until: (view) => (leaderIn(view)?.appliedIndex ?? 0) >= (indexOf(leaderIn(view), "1") ?? Infinity),
    },
    {
      text: {
        en: "The followers do not know of it yet. How far the leader has committed travels with its next message; then they apply the entry, too.",
        zh: "跟随者还不知道这件事。领导者提交到哪里，会随下一条消息送达；之后它们也会应用该条目。",
      },
      speed: 1 / 10,
      until: (view) => allApplied(view, leaderIn(view)?.commitIndex ?? Infinity),
    },
    {
      text: {
        en: "What if a node is missing? Take one away.",
        zh: "如果少了一个节点呢？拿走一个。",
      },
      ask: {
        words: { en: "Kill a follower", zh: "杀死一个跟随者" },
        action: (view) => ({ type: "kill", node: lastFollower(view) }),
      },
      until: (view) => isDown(view, 1),
    },
    {
      text: {
        en: "Two of three are still a majority. Write again.",
        zh: "三个中的两个仍是多数。再写一次。",
      },
      ask: { words: { en: "Write x = 2", zh: "写入 x = 2" }, action: write("2") },
      until: (view) => isCommitted(view, "2"),
    },
    {
      text: {
        en: "Committed, as before: a minority that is down costs nothing but its help. Now take the other follower, too.",
        zh: "照样提交：少数节点宕机，除了少些帮手，别无损失。现在把另一个跟随者也拿走。",
      },
      ask: {
        words: { en: "Kill the other one", zh: "杀死另一个" },
        action: (view) => ({ type: "kill", node: lastFollower(view) }),
      },
      until: (view) => isDown(view, 2),
    },
    {
      text: {
        en: "The leader is alone and does not know it yet. Give it a third value.",
        zh: "领导者已孤身一人，自己却还不知道。再给它第三个值。",
      },
      ask: { words: { en: "Write x = 3", zh: "写入 x = 3" }, action: write("3") },
      isHeld: true,
      speed: 1 / 5,
      until: (view) => view.nodes.some((node) => indexOf(node, "3") !== undefined && node.role !== "leader"),
    },
    {
      text: {
        en: "The entry stays **dashed**: one of three is no majority, so it is not committed, and the client gets no “done”. After an election timeout without an answer from a majority the leader has given up its office (CheckQuorum, diss. §6.2).\n\nBring one node back.",
        zh: "条目始终是**虚线**：三个中的一个不是多数，所以它没有提交，客户端也得不到“完成”。在一个选举超时内得不到多数答复，领导者便放弃了职位（CheckQuorum，博士论文 §6.2）。\n\n带回一个节点。",
      },
      highlights: ["logs"],
      ask: {
        words: { en: "Restart one", zh: "重启一个" },
        action: (view) => ({ type: "restart", node: fallen(view) }),
      },
      until: (view) => isCommitted(view, "3"),
    },
    {
      text: {
        en: "Only the node with the longer log could win the election (§5.4.1), so `x = 3` survived. It was committed together with the first entry of the new term (§5.4.2).\n\nStart the last node and watch it catch up.",
        zh: "只有日志更长的节点才能赢得选举（§5.4.1），所以 `x = 3` 留了下来。它随新任期的第一个条目一起被提交（§5.4.2）。\n\n启动最后一个节点，看它追上来。",
      },
      ask: {
        words: { en: "Restart the last one", zh: "重启最后一个" },
        action: (view) => ({ type: "restart", node: fallen(view) }),
      },
      until: (view) => isDown(view, 0) && allApplied(view, leaderIn(view)?.commitIndex ?? Infinity),
    },
    {
      text: {
        en: "All three logs are the same again. Remember: once an entry of the leader's own term is **on the disks of a majority**, it is “committed”, with all before it; and only what is committed is ever applied or answered.",
        zh: "三份日志再次相同。请记住：领导者自己任期的条目一旦**写入多数节点的磁盘**，它和它之前的一切就“已提交”，而只有已提交的内容才会被应用、被答复。",
      },
    },
  ],
};
