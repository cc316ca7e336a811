import type { Lesson, Words } from "./lesson.ts";

/** A lesson as it stands in the list; the lesson itself is fetched when it is begun. */
export interface LessonEntry {
  readonly id: string;
  readonly title: Words;
  readonly section: string;
  readonly load: () => Promise<Lesson>;
}

/** In the order in which to read them. */
export const catalog: readonly LessonEntry[] = [
  {
    id: "first-election",
    title: { en: "The first election", zh: "第一次选举" },
    section: "§5.2",
    load: async () => (await import("./first-election.ts")).firstElection,
  },
  {
    id: "replication",
    title: { en: "Replication and commit", zh: "复制与提交" },
    section: "§5.3",
    load: async () => (await import("./replication.ts")).replication,
  },
];
