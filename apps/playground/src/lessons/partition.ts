import type { ClusterView } from "@quorate/drawing";
import { leaderIn } from "../state/leader-in.ts";
import { act, nodeIn } from "../state/moves.ts";
import type { Lesson } from "./lesson.ts";
import {
  haveMet,
  highlightLeader,
  indexOf,
  isCommitted,
  isSettled,
  leaderName,
  leads,
  put,
  putByLeader,
} from "./look.ts";
import { oneLeadsFive } from "./steps.ts";

const newLeaderIn = (view: ClusterView): boolean => !["n1", undefined].includes(leaderIn(view)?.id);

export const partition: Lesson = {
  id: "partition",
  title: { en: "A partition, and its healing", zh: "网络分区与恢复" },
  summary: {
    en: "Two halves that cannot hear each other, two leaders, and one truth.",
    zh: "互相听不见的两半，两个领导者，一个真相。",
  },
  section: "§5.2, §5.4",
  start: { seed: "6", nodes: 5, options: { logs: haveMet(5) } },
  steps: [
    oneLeadsFive,
    {
      text: {
        en: "Cut the network in two: `n1` and `n2` here; `n3`, `n4` and `n5` there. (Or drag a line across the links yourself.)",
        zh: "把网络切成两半：这边 `n1` 和 `n2`；那边 `n3`、`n4` 和 `n5`。（也可以自己拖一条线划过链路。）",
      },
      speed: 1 / 10,
      highlights: ["n1", "n2", "partition"],
      ask: {
        words: { en: "Cut the network", zh: "切断网络" },
        action: { type: "partition", groups: [["n1", "n2"]] },
      },
      until: ({ cuts }) => cuts.length > 0,
    },
    {
      text: {
        en: "`n1` still leads, as far as it knows. A client writes `x = 1` to it.",
        zh: "就 `n1` 所知，它仍是领导者。一个客户端向它写入 `x = 1`。",
      },
      highlights: ["n1"],
      moves: [act(put("n1", "1"))],
      until: (view) => indexOf(view, "n2", "1") !== undefined,
    },
    {
      text: {
        en: "Two of five hold it: not committed, however long `n1` waits. On the other side three nodes hear no leader. Three of five **are** a majority.",
        zh: "五个中有两个持有它：无论 `n1` 等多久都不会提交。另一边三个节点听不到领导者。五个中的三个**是**多数。",
      },
      highlights: ["n3", "n4", "n5"],
      speed: 1 / 5,
      until: newLeaderIn,
    },
    {
      text: {
        en: "`{leader}` leads term {term}. Perhaps `n1` still believes that it leads as well, in the term before: two leaders, but **never two of one term**. Write to the new one.",
        zh: "`{leader}` 领导任期 {term}。`n1` 也许还以为自己在前一个任期里领导：两个领导者，但**同一任期绝不会有两个**。向新的那个写入。",
      },
      names: (view) => ({ ...leaderName(view), term: leaderIn(view)?.term ?? "?" }),
      highlights: highlightLeader,
      ask: { words: { en: "Write x = 2", zh: "写入 x = 2" }, action: putByLeader("2") },
      until: (view) => isCommitted(view, "2"),
    },
    {
      text: {
        en: "Committed, by three. And `n1`? Without answers from a majority for an election timeout a leader gives up (CheckQuorum, diss. §6.2), so that its clients look elsewhere.",
        zh: "由三个节点提交了。`n1` 呢？在一个选举超时内得不到多数答复，领导者就会放弃（CheckQuorum，博士论文 §6.2），好让它的客户端另找出路。",
      },
      highlights: ["n1"],
      until: (view) => !leads(view, "n1"),
    },
    {
      text: {
        en: "The small side may try as long as it likes: nobody there can get three votes. With PreVote its term does not even rise. Mend the network.",
        zh: "小的一边爱试多久都行：那边谁也得不到三票。有了预投票，连任期都不会上升。恢复网络吧。",
      },
      highlights: ["n1", "n2", "heal-all"],
      speed: 1 / 10,
      ask: { words: { en: "Heal all links", zh: "恢复所有链路" }, action: { type: "heal-all" } },
      until: ({ cuts }) => cuts.length === 0,
    },
    {
      text: {
        en: "Now the two hear of a higher term and follow its leader. `x = 1` is replaced in their logs by what the majority has committed.",
        zh: "现在那两个节点听到更高的任期，跟从其领导者。它们日志里的 `x = 1` 被多数已提交的内容取代。",
      },
      highlights: ["n1", "n2", "logs"],
      until: (view) =>
        isSettled(view) && indexOf(view, "n2", "1") === undefined && nodeIn(view, "n2")?.condition === "up",
    },
    {
      text: {
        en: "One log again. Any two majorities of the same nodes **share a member**: that is why only one side could commit, and why what it committed lasts.",
        zh: "又是同一份日志。同一组节点的任意两个多数派都**有共同成员**：所以只有一边能提交，而它提交的会一直留存。",
      },
    },
  ],
};
