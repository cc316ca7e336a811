import type { Language } from "@quorate/drawing";
import type { Scenario } from "./break-scenarios.ts";

interface ScenarioTexts {
  readonly title: string;
  /** What is taken away. */
  readonly broken: string;
  /** What will be seen. */
  readonly watch: string;
  /** Why the rule exists, told when it has been broken. */
  readonly why: string;
}

interface BreakTexts {
  readonly intro: string;
  readonly start: string;
  readonly again: string;
  readonly repair: string;
  readonly running: string;
  readonly watch: string;
  readonly why: string;
  readonly brokenRule: string;
  readonly own: string;
  readonly ownHint: string;
  readonly preVote: string;
  readonly randomTimeouts: string;
  readonly storage: string;
  readonly storages: { readonly sound: string; readonly "forgets-vote": string; readonly "acknowledges-early": string };
  readonly openOwn: string;
  readonly scenarios: Readonly<Record<Scenario["name"], ScenarioTexts>>;
}

const english: BreakTexts = {
  intro:
    "Take one promise away and see which rule needed it. The nodes are the same as ever: only their storage or their options differ.",
  start: "Break it",
  again: "Once more",
  repair: "Mend it",
  running: "Running: watch the ring.",
  watch: "Watch",
  why: "Why the rule exists",
  brokenRule: "breaks",
  own: "A broken cluster of your own",
  ownHint: "Choose what to take away, then make trouble yourself.",
  preVote: "PreVote",
  randomTimeouts: "random election timeouts",
  storage: "storage",
  storages: {
    sound: "sound",
    "forgets-vote": "forgets its vote",
    "acknowledges-early": "acknowledges too early",
  },
  openOwn: "Start it",
  scenarios: {
    "forgets-vote": {
      title: "A storage that forgets its vote",
      broken:
        "After a restart a node finds its term again, but not for whom it voted in it. (x=2.1 in the logs was there before: index 2, term 1.)",
      watch: "n3 votes for n1, restarts, and votes for n2 in the same term.",
      why: "A vote must be on the disk before it is sent (fig. 2). n3 is in both majorities: in a moment one term would have two leaders, each sure that it alone may decide.",
    },
    "acknowledges-early": {
      title: "A disk that acknowledges before it has written",
      broken:
        "A write is called durable at once; it reaches the disk half a second later, or never if the node dies before.",
      watch: "x is written and committed; then two of three nodes lose power.",
      why: "“Committed” means: on the disks of a majority. The nodes counted what was only in a cache, so the crash took an entry that the client had been told was safe.",
    },
    "no-pre-vote": {
      title: "PreVote switched off",
      broken:
        "A node that hears nobody raises its term and stands for election, again and again, even where it cannot win.",
      watch: "One follower is cut off, its term climbs; when the link heals, that term deposes a healthy leader.",
      why: "Whoever meets a higher term must step down (§5.1). With PreVote (diss. §9.6) a node first asks whether it could win, and leaves its term as it is.",
    },
    "not-random": {
      title: "Election timeouts that are not random",
      broken: "All election timeouts are equal.",
      watch:
        "All nodes stand for election at the same moment, each votes for itself, nobody wins; then all over again.",
      why: "Random timeouts let one node stand before the others do (§5.2). Safety does not need them, but without them there may never be a leader.",
    },
  },
};

const chinese: BreakTexts = {
  intro: "拿走一个承诺，看看是哪条规则需要它。节点仍是原来的节点：不同的只是它们的存储或选项。",
  start: "弄坏它",
  again: "再来一次",
  repair: "修好它",
  running: "正在运行：请看环图。",
  watch: "请看",
  why: "为何有这条规则",
  brokenRule: "会违反",
  own: "自己配一个坏集群",
  ownHint: "选择要拿走什么，然后自己动手制造麻烦。",
  preVote: "预投票 PreVote",
  randomTimeouts: "随机的选举超时",
  storage: "存储",
  storages: { sound: "可靠", "forgets-vote": "忘记投票", "acknowledges-early": "过早确认" },
  openOwn: "启动",
  scenarios: {
    "forgets-vote": {
      title: "忘记投票的存储",
      broken: "重启后，节点还记得自己的任期，却忘了在该任期投给了谁。（日志里的 x=2.1 是此前就有的：索引 2，任期 1。）",
      watch: "n3 投票给 n1，重启，又在同一任期投票给 n2。",
      why: "选票发出之前必须先落盘（图 2）。n3 同时出现在两个多数派中：转眼间一个任期就会有两个领导者，各自都以为只有自己能作决定。",
    },
    "acknowledges-early": {
      title: "还没写完就确认的磁盘",
      broken: "写入立即被称为已持久化；半秒后才到达磁盘，节点若先死去则永远不会到达。",
      watch: "x 被写入并提交；随后三个节点中有两个断电。",
      why: "“已提交”意味着：已在多数派的磁盘上。而这些节点把只在缓存中的内容也算了进去，于是崩溃带走了客户端以为安全的条目。",
    },
    "no-pre-vote": {
      title: "关闭预投票",
      broken: "听不到任何人的节点会一次次提高任期并参选，即使它不可能当选。",
      watch: "一个跟随者被切断，任期不断攀升；链路恢复时，这个任期推翻了健康的领导者。",
      why: "遇到更高的任期就必须退位（§5.1）。有了预投票（博士论文 §9.6），节点会先问自己能否当选，而任期保持不变。",
    },
    "not-random": {
      title: "不随机的选举超时",
      broken: "所有选举超时都相等。",
      watch: "所有节点同时参选，各投自己一票，无人当选；然后周而复始。",
      why: "随机超时让某个节点先于其他节点参选（§5.2）。安全性不依赖它，但没有它，可能永远选不出领导者。",
    },
  },
};

export const breakTexts: Readonly<Record<Language, BreakTexts>> = { en: english, zh: chinese };
