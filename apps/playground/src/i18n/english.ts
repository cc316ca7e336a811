import type { Translation } from "@quorate/drawing";

/** What the page says in its first picture. Panels, lessons and the rest bring tables of their own. */
export const english = {
  title: "Quorate: Raft in the browser",
  tagline: "real Raft nodes, in this page, on virtual time",
  nodes: "Nodes",
  startOver: "New cluster",
  propose: "Propose a value",
  proposeHint: "Write x by way of the leader (V)",
  healAll: "Heal links",
  hint: "Drag a line across links to cut them; click one for one direction",
  header: {
    lessons: "Lessons",
    share: "Share",
    help: "Help",
    language: "中文",
    languageHint: "以中文显示",
    theme: { system: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" },
  },
  time: {
    label: "Time",
    play: "Play",
    pause: "Pause",
    stepForward: "One event forward",
    stepBack: "One event back",
    toStart: "To the start",
    toPresent: "To the present",
    speed: "Speed",
    seconds: (seconds: string): string => `${seconds} s`,
    step: (step: number): string => `event ${step}`,
    past: "You are in the past. Play repeats what happened; doing something takes another way from here.",
  },
  panels: {
    label: "Panels",
    node: "Node",
    cluster: "Cluster",
    clients: "Clients",
    rules: "Invariants",
    break: "Break it",
    lesson: "Lessons",
    loading: "One moment …",
  },
  welcome: {
    title: "A cluster has just started",
    text: "The nodes in the ring are real: the same code that runs on servers. Watch them elect a leader, then:",
    propose: "propose a value, and see it travel into the logs above;",
    node: "select a node, kill it, and read why things are as they are;",
    drag: "drag a line across the ring to cut the network in two;",
    back: "go back on the time line below, and take another way from there.",
    firstLesson: "Show me: the first election",
    help: "Keys and legend",
  },
  close: "Close",
  recording: "This is a recording: it can be watched, but not changed.",
  badLink: (reason: string): string => `This link cannot be opened: ${reason}`,
};

export type Texts = Translation<typeof english>;
