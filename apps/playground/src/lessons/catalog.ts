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
    id: "split-vote",
    title: { en: "A split vote", zh: "选票瓜分" },
    section: "§5.2",
    load: async () => (await import("./split-vote.ts")).splitVote,
  },
  {
    id: "replication",
    title: { en: "Replication and commit", zh: "复制与提交" },
    section: "§5.3",
    load: async () => (await import("./replication.ts")).replication,
  },
  {
    id: "restart",
    title: { en: "A follower restarts", zh: "跟随者重启" },
    section: "§5.5, §7",
    load: async () => (await import("./restart.ts")).restart,
  },
  {
    id: "returning-leader",
    title: { en: "A leader returns as follower", zh: "领导者归来成为跟随者" },
    section: "§5.1, §5.3",
    load: async () => (await import("./returning-leader.ts")).returningLeader,
  },
  {
    id: "partition",
    title: { en: "A partition, and its healing", zh: "网络分区与恢复" },
    section: "§5.2, §5.4",
    load: async () => (await import("./partition.ts")).partition,
  },
  {
    id: "figure-7",
    title: { en: "The six logs of figure 7", zh: "图 7 的六份日志" },
    section: "§5.3",
    load: async () => (await import("./figure-7.ts")).figure7,
  },
  {
    id: "figure-8",
    title: { en: "Figure 8: old terms are not counted", zh: "图 8：旧任期不靠计数" },
    section: "§5.4.2",
    load: async () => (await import("./figure-8.ts")).figure8,
  },
  {
    id: "pre-vote",
    title: { en: "PreVote", zh: "预投票 PreVote" },
    section: "diss. §9.6",
    load: async () => (await import("./pre-vote.ts")).preVote,
  },
  {
    id: "joint-consensus",
    title: { en: "Joint consensus", zh: "联合共识" },
    section: "§6",
    load: async () => (await import("./joint-consensus.ts")).jointConsensus,
  },
  {
    id: "stale-read",
    title: { en: "Reading through a stale leader", zh: "经由过时的领导者读取" },
    section: "§8",
    load: async () => (await import("./stale-read.ts")).staleRead,
  },
];
