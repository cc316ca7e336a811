import type { ClusterView } from "@quorate/drawing";
import { leaderIn } from "../state/leader-in.ts";
import { act, nodeIn, pass } from "../state/moves.ts";
import type { Lesson } from "./lesson.ts";
import { elect, haveMet, highlightLeader, isCommitted, isSettled, leaderName, leads, putByLeader } from "./look.ts";

const newLeaderIn = (view: ClusterView): boolean => !["n1", undefined].includes(leaderIn(view)?.id);

export const staleRead: Lesson = {
  id: "stale-read",
  title: { en: "Reading through a stale leader", zh: "经由过时的领导者读取" },
  summary: {
    en: "A leader that does not know that it was replaced, and why a read must ask a majority.",
    zh: "一个不知道自己已被取代的领导者，以及读取为何必须询问多数。",
  },
  section: "§8",
  start: { seed: "d", nodes: 5, options: { logs: haveMet(5), checkQuorum: false, liveness: false } },
  steps: [
    {
      text: {
        en: "`n1` leads, and `x = 1` is committed. (CheckQuorum is switched off here, so that a leader who hears nobody stays in office, as in the paper.)",
        zh: "`n1` 领导，`x = 1` 已提交。（这里关闭了 CheckQuorum，所以听不到别人的领导者仍会留任，如论文所述。）",
      },
      speed: 1,
      highlights: ["n1"],
      moves: [...elect("n1"), act(putByLeader("1")), pass(100)],
      until: (view) => isCommitted(view, "1") && isSettled(view),
    },
    {
      text: {
        en: "Cut `n1` off. Its own values stay as they are; the other four will look for a new leader.",
        zh: "断开 `n1`。它自己的值保持原样；另外四个会另寻领导者。",
      },
      speed: 1 / 5,
      highlights: ["n1"],
      ask: { words: { en: "Cut n1 off", zh: "断开 n1" }, action: { type: "partition", groups: [["n1"]] } },
      until: newLeaderIn,
    },
    {
      text: {
        en: "`{leader}` leads now. `n1` has heard nothing of it, and wears its crown as well. Write through the new leader.",
        zh: "现在 `{leader}` 领导。`n1` 毫不知情，也还戴着皇冠。经由新的领导者写入。",
      },
      names: leaderName,
      highlights: highlightLeader,
      ask: { words: { en: "Write x = 2", zh: "写入 x = 2" }, action: putByLeader("2") },
      until: (view) => isCommitted(view, "2"),
    },
    {
      text: {
        en: "`x` is 2: the writer was told so. Now somebody asks `n1`, and is content with whatever it has: a **stale** read.",
        zh: "`x` 是 2：写入者已得到确认。现在有人去问 `n1`，它有什么就要什么：一次**陈旧**读取。",
      },
      highlights: ["n1"],
      moves: [act({ type: "get", via: "n1", key: "x", consistency: "stale", client: 2 }), pass(100)],
    },
    {
      text: {
        en: "The answer stands under “Clients”: **1**. `n1` is the leader, as far as it knows, and yet its answer is wrong. That is why it is not enough to read from “the leader”.\n\nNow the same question again, as a **linearizable** read.",
        zh: "答复在“客户端”面板里：**1**。就 `n1` 所知它是领导者，可它的答案错了。所以只说“从领导者读”是不够的。\n\n现在再问一次，这回是**线性一致**读取。",
      },
      highlights: ["n1"],
      speed: 1 / 10,
      moves: [act({ type: "get", via: "n1", key: "x", consistency: "linearizable", client: 3 }), pass(200)],
    },
    {
      text: {
        en: "No answer. Before it reads, a leader must hear **from a majority that it still leads** (ReadIndex, diss. §6.4). Its heartbeats end at the cut, so it cannot say anything, and rightly so.\n\nHeal the links.",
        zh: "没有答复。读取之前，领导者必须听到**多数节点承认它仍在领导**（ReadIndex，博士论文 §6.4）。它的心跳止于断开处，所以什么也不能说，这是对的。\n\n恢复链路。",
      },
      highlights: ["n1", "heal-all"],
      ask: { words: { en: "Heal all links", zh: "恢复所有链路" }, action: { type: "heal-all" } },
      until: (view) => !leads(view, "n1") && nodeIn(view, "n1")?.leader !== undefined,
    },
    {
      text: {
        en: "`n1` has met the higher term and follows `{leader}`; the read that waited never got a value. `x` is asked for once more, still through `n1`.",
        zh: "`n1` 遇到了更高的任期，跟随 `{leader}`；刚才等待的读取始终没有拿到值。再问一次 `x`，仍经由 `n1`。",
      },
      names: leaderName,
      highlights: ["n1"],
      moves: [act({ type: "get", via: "n1", key: "x", consistency: "linearizable", client: 4 }), pass(200)],
      until: isSettled,
    },
    {
      text: {
        en: "Now it is **2**: `n1` asked its leader how far everything was committed, waited until it had applied that much itself, and answered. No entry had to be written for it.\n\n“Clients” can check the whole history: a stale read breaks linearizability, the others never do.",
        zh: "现在是 **2**：`n1` 问领导者提交到了哪里，等自己也应用到那里，再答复。为此不必写入任何条目。\n\n“客户端”面板可以检查整个历史：陈旧读取会破坏线性一致性，其余的绝不会。",
      },
      highlights: ["both-reads", "check-history"],
    },
  ],
};
