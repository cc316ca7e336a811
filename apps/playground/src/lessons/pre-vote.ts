import type { ClusterView } from "@quorate/drawing";
import { nodeIn, pass } from "../state/moves.ts";
import type { Lesson } from "./lesson.ts";
import { elect, haveMet, highlightLeader, isSettled, leaderName, leads } from "./look.ts";

const termOf = (view: ClusterView, id: string): number => nodeIn(view, id)?.term ?? 0;
const areApart = ({ cuts }: ClusterView): boolean => cuts.length > 0;

export const preVote: Lesson = {
  id: "pre-vote",
  title: { en: "PreVote", zh: "预投票 PreVote" },
  summary: {
    en: "What a node does that comes back after a while alone, and why it should ask first.",
    zh: "节点独处一阵后回来会做什么，以及为何它应当先问一声。",
  },
  section: "diss. §9.6",
  start: { seed: "9", nodes: 3, options: { logs: haveMet(3), preVote: false, liveness: false } },
  steps: [
    {
      text: {
        en: "Three nodes, led by `n1`, as the paper describes them: in this lesson **PreVote is switched off**.",
        zh: "三个节点，由 `n1` 领导，完全照论文所述：这一课里**关闭了预投票**。",
      },
      speed: 1,
      highlights: ["n1"],
      moves: elect("n1"),
      until: isSettled,
    },
    {
      text: {
        en: "Cut `n3` off from the others. It is one of three, so nobody needs it.",
        zh: "把 `n3` 与其他节点断开。它只是三个中的一个，没有它也行。",
      },
      highlights: ["n3"],
      ask: { words: { en: "Cut n3 off", zh: "断开 n3" }, action: { type: "partition", groups: [["n3"]] } },
      until: areApart,
    },
    {
      text: {
        en: "`n3` hears no leader. Its timer runs out, it enters the next **term** and asks for votes that nobody hears. Then again, and again. Watch its term.",
        zh: "`n3` 听不到领导者。定时器到期，它进入下一个**任期**，要票，却没人听见。然后一次又一次。请看它的任期。",
      },
      highlights: ["n3"],
      moves: [pass(1500)],
      until: (view) => termOf(view, "n3") >= termOf(view, "n1") + 3,
    },
    {
      text: {
        en: "It is in term {high} by now, while the others work undisturbed in term {low}. Let it come back.",
        zh: "现在它在任期 {high}，而其他节点在任期 {low} 里安然工作。让它回来吧。",
      },
      names: (view) => ({ high: termOf(view, "n3"), low: termOf(view, "n1") }),
      highlights: ["n3", "heal-all"],
      speed: 1 / 20,
      ask: { words: { en: "Heal all links", zh: "恢复所有链路" }, action: { type: "heal-all" } },
      until: (view) => !areApart(view) && !leads(view, "n1"),
    },
    {
      text: {
        en: "There: a leader that did nothing wrong has stepped down. It met a higher term, and **whoever meets a higher term goes along with it** (§5.1). `n3` brought nothing but a number, and the cluster has no leader.",
        zh: "看：一个毫无过错的领导者下台了。它遇到了更高的任期，而**遇到更高任期者必须跟从**（§5.1）。`n3` 带来的只是一个数字，集群却没了领导者。",
      },
      highlights: ["n1", "n3"],
    },
    {
      text: {
        en: "Nothing is lost: there is another election.",
        zh: "什么也没丢：再选举一次就是了。",
      },
      speed: 1 / 5,
      until: isSettled,
    },
    {
      text: {
        en: "`{leader}` leads term {term}. For an election timeout nobody could write. A node with a bad cable would do that again and again.",
        zh: "`{leader}` 领导任期 {term}。约一个选举超时内，谁也不能写入。网线不好的节点会一再这样捣乱。",
      },
      names: (view) => ({ ...leaderName(view), term: Math.max(...view.nodes.map(({ term }) => term)) }),
      highlights: highlightLeader,
    },
    {
      text: {
        en: "With **PreVote** a node first asks whether it could win, and **leaves its term as it is**. Nobody answers a node that is alone, so its term does not rise; and once it is back, the others hear a leader and say no.\n\nThat is how these nodes run unless told otherwise: the lesson on partitions is played with PreVote, and there nobody is disturbed.",
        zh: "有了**预投票**，节点先问自己能否当选，**任期保持不变**。孤立的节点得不到答复，任期就不会上升；等它回来，其他节点正听着领导者，便会拒绝。\n\n这些节点默认就这样运行：网络分区那一课用的是预投票，没有谁受到干扰。",
      },
    },
  ],
};
