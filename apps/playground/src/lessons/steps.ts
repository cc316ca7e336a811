import type { LessonStep, Words } from "./lesson.ts";
import { elect, isSettled, isUp } from "./look.ts";

/** With what a lesson about five nodes begins. */
export const oneLeadsFive: LessonStep = {
  text: { en: "`n1` leads five nodes.", zh: "`n1` 领导五个节点。" },
  speed: 1,
  highlights: ["n1"],
  moves: elect("n1"),
  until: isSettled,
};

/** The reader kills a node, and the step ends when it is down. */
export const askToKill = (node: string): Required<Pick<LessonStep, "ask" | "until">> => ({
  ask: { words: { en: `Kill ${node}`, zh: `杀死 ${node}` }, action: { type: "kill", node } },
  until: (view) => !isUp(view, node),
});

/** The reader starts a node again, and the step ends when it is up. */
export const askToRestart = (node: string): Required<Pick<LessonStep, "ask" | "until">> => ({
  ask: { words: { en: `Restart ${node}`, zh: `重启 ${node}` }, action: { type: "restart", node } },
  until: (view) => isUp(view, node),
});

/** A node is started again, slowly enough to see what it begins with. */
export const watchRestart = (node: string, text: Words): LessonStep => ({
  text,
  highlights: [node, "logs"],
  speed: 1 / 20,
  ...askToRestart(node),
});
