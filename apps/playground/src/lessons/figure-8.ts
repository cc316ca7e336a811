import { FIGURE_8_INDEX } from "@quorate/cluster-lab/scripts";
import type { ClusterView } from "@quorate/drawing";
import { act, nodeIn, until } from "../state/moves.ts";
import type { Lesson } from "./lesson.ts";
import { haveMet, leads } from "./look.ts";

const holds = (view: ClusterView, id: string, term: number): boolean =>
  nodeIn(view, id)?.log.entries.some((entry) => entry.index === FIGURE_8_INDEX && entry.term === term) ?? false;
const isDurable = (view: ClusterView, id: string): boolean => (nodeIn(view, id)?.durableIndex ?? 0) >= FIGURE_8_INDEX;
/** n1 knows that the node has the entry. */
const matches = (view: ClusterView, id: string): boolean =>
  (nodeIn(view, "n1")?.followers.find((each) => each.id === id)?.matchIndex ?? 0) >= FIGURE_8_INDEX;
/** What it has sent is gone: healed links would still bring it. */
const isSilent = ({ flights }: ClusterView, id: string): boolean => flights.every(({ from }) => from !== id);
const apart = (...groups: readonly (readonly string[])[]) => act({ type: "partition", groups });

export const figure8: Lesson = {
  id: "figure-8",
  title: { en: "Figure 8: old terms are not counted", zh: "图 8：旧任期不靠计数" },
  summary: {
    en: "An entry is on a majority, and is lost all the same; which rule makes that harmless.",
    zh: "一个条目已在多数节点上，却照样丢失；哪条规则让这无害。",
  },
  section: "§5.4.2",
  start: {
    seed: "8",
    nodes: 5,
    // One entry at a time, so that an old one can come alone.
    options: { logs: haveMet(5), appendBytesMax: 1, delayMinMs: 20, delayMaxMs: 30 },
  },
  steps: [
    {
      text: {
        en: "**Figure 8** of the paper, on five nodes: S1 to S5 are `n1` to `n5`. Look at index {index}, the next one; in the paper it is 2.\n\n(a) `n1` is elected for term 2, and its entry reaches `n2` only.",
        zh: "论文的**图 8**，五个节点：S1 到 S5 即 `n1` 到 `n5`。请看接下来的索引 {index}；论文里是 2。\n\n(a) `n1` 当选任期 2 的领导者，它的条目只到达 `n2`。",
      },
      names: () => ({ index: FIGURE_8_INDEX }),
      highlights: ["n1", "n2", "logs"],
      speed: 1 / 10,
      moves: [act({ type: "force-election", node: "n1" }), until((view) => leads(view, "n1")), apart(["n1", "n2"])],
      until: (view) => holds(view, "n1", 2) && holds(view, "n2", 2) && isDurable(view, "n2"),
    },
    {
      text: {
        en: "(b) `n1` crashes. `n5` is elected for term 3, by `n3`, `n4` and itself, and puts **another** entry at that index. Nobody else gets it.",
        zh: "(b) `n1` 崩溃。`n5` 由 `n3`、`n4` 和自己选为任期 3 的领导者，在同一索引处放入**另一个**条目。别人都没收到。",
      },
      highlights: ["n5", "logs"],
      moves: [
        act({ type: "kill", node: "n1" }),
        until((view) => isSilent(view, "n1")),
        act({ type: "heal-all" }),
        act({ type: "force-election", node: "n5" }),
        until((view) => leads(view, "n5")),
        apart(["n5"]),
      ],
      until: (view) => holds(view, "n5", 3) && isDurable(view, "n5"),
    },
    {
      text: {
        en: "(c) `n5` crashes. `n1` comes back and is elected for the next term. (`n2` is away for the moment: it could have won as well.)",
        zh: "(c) `n5` 崩溃。`n1` 回来，当选下一任期的领导者。（`n2` 暂时不在：它本来也能赢。）",
      },
      highlights: ["n1"],
      speed: 1 / 5,
      moves: [
        act({ type: "kill", node: "n5" }),
        until((view) => isSilent(view, "n5")),
        apart(["n2"]),
        act({ type: "restart", node: "n1" }),
      ],
      until: (view) => leads(view, "n1"),
    },
    {
      text: {
        en: "It goes on replicating where it had stopped: its old entry, of **term 2**, reaches `n3`. The new entry, of its own term {term}, does not.",
        zh: "它从停下的地方继续复制：**任期 2** 的旧条目到达 `n3`。它自己任期 {term} 的新条目却没有到达。",
      },
      names: (view) => ({ term: nodeIn(view, "n1")?.term ?? "?" }),
      highlights: ["n1", "n3", "logs"],
      speed: 1 / 10,
      moves: [apart(["n1", "n3"], ["n2"]), until((view) => matches(view, "n3")), apart(["n1", "n2"])],
      until: (view) => matches(view, "n2"),
    },
    {
      text: {
        en: "Now `n1`, `n2` and `n3` have the entry of term 2: **a majority**, and `n1` knows it. But its commit index is {commit}: the frame stays dashed. Why does it hesitate?",
        zh: "现在 `n1`、`n2`、`n3` 都有任期 2 的条目：**已是多数**，而且 `n1` 知道。但它的提交索引是 {commit}：边框仍是虚线。它为什么犹豫？",
      },
      names: (view) => ({ commit: nodeIn(view, "n1")?.commitIndex ?? "?" }),
      highlights: ["n1", "n2", "n3", "logs"],
    },
    {
      text: {
        en: "(d) `n1` crashes again, and `n5` comes back. Its last entry is of term 3, that of `n3` and `n4` is older: so they vote for it (§5.4.1).",
        zh: "(d) `n1` 再次崩溃，`n5` 回来。它最后的条目属于任期 3，`n3` 和 `n4` 的都更旧：所以它们投票给它（§5.4.1）。",
      },
      highlights: ["n5"],
      speed: 1 / 5,
      moves: [
        act({ type: "kill", node: "n1" }),
        until((view) => isSilent(view, "n1")),
        apart(["n2"]),
        act({ type: "restart", node: "n5" }),
      ],
      until: (view) => leads(view, "n5"),
    },
    {
      text: {
        en: "And as a leader does, it brings the others in line with its own log: the entry of term 2 is **overwritten**, on a majority.",
        zh: "它像任何领导者那样，让别人与自己的日志一致：多数节点上任期 2 的条目被**覆盖**了。",
      },
      highlights: ["n2", "n3", "n4", "logs"],
      moves: [act({ type: "heal-all" })],
      until: (view) => ["n2", "n3", "n4"].every((id) => holds(view, id, 3)),
    },
    {
      text: {
        en: "Had `n1` called it committed, a promise would be broken now. So the rule: a leader commits by counting only entries of **its own term**; older ones are committed along with them.\n\n(e) Had the entry of its own term reached a majority as well, `n5` could not have won. Try it: go back on the time line to before `n1` crashed the second time, and heal all links.",
        zh: "如果 `n1` 当时称它已提交，现在承诺就被打破了。所以规则是：领导者只对**自己任期**的条目靠计数提交；更旧的随之一起提交。\n\n(e) 如果它自己任期的条目也到达了多数，`n5` 就不可能赢。试试看：在时间线上回到 `n1` 第二次崩溃之前，恢复所有链路。",
      },
      highlights: ["time-line", "heal-all"],
    },
  ],
};
