import type { InvariantName } from "@quorate/cluster-lab";
import type { Language } from "@quorate/drawing";

interface Rule {
  readonly title: string;
  /** What must hold. */
  readonly rule: string;
  /** What would happen to the users of a cluster where it does not. */
  readonly why: string;
}

interface RulesTexts {
  readonly intro: string;
  /** In place of it, of a recording. */
  readonly recorded: string;
  readonly holds: string;
  readonly violated: string;
  readonly whatHappened: string;
  readonly checked: string;
  readonly onDemand: string;
  readonly goThere: string;
  readonly at: (seconds: string) => string;
  readonly rules: Readonly<Record<InvariantName, Rule>>;
}

const english: RulesTexts = {
  intro: "Checked at every event, on what the nodes really store and send.",
  recorded: "This is a recording: nothing is checked here. The simulator checked its run while it played.",
  holds: "holds",
  violated: "violated; the run has stopped",
  whatHappened: "What happened?",
  checked: "checked at every event",
  onDemand: "checked on demand, under Clients",
  goThere: "Show the moment before",
  at: (seconds) => `at ${seconds} s`,
  rules: {
    "election-safety": {
      title: "Election safety",
      rule: "At most one leader is elected in a term.",
      why: "Two leaders of one term would both append at the same index, and both could call their entry committed.",
    },
    "one-vote": {
      title: "One vote per term",
      rule: "A node votes for at most one candidate in a term, restarts included.",
      why: "Two majorities always share a node. If that node votes twice, both candidates win.",
    },
    "leader-append-only": {
      title: "Leader append-only",
      rule: "A leader never overwrites or deletes entries of its log; it only appends.",
      why: "What a leader has told its followers to store must not change under their feet.",
    },
    "log-matching": {
      title: "Log matching",
      rule: "Two logs that have an entry of the same index and term are the same up to there.",
      why: "It lets a follower accept entries by looking at the one before them only.",
    },
    "leader-completeness": {
      title: "Leader completeness",
      rule: "An entry that is committed is in the log of every leader of a later term.",
      why: "Otherwise a new leader would overwrite what clients have been told is done.",
    },
    "state-machine-safety": {
      title: "State machine safety",
      rule: "No two nodes apply different commands at the same index.",
      why: "This is what replication is for: every copy of the data goes through the same states.",
    },
    "committed-never-lost": {
      title: "What is committed stays",
      rule: "What was committed is never lost, whichever nodes crash and restart.",
      why: "A client was told “done”. After a crash it must still be so.",
    },
    "no-disruption": {
      title: "No disruption",
      rule: "A node that comes back from a partition does not depose a leader that a majority hears.",
      why: "Nothing is lost when it happens, but the cluster stands still for an election for no reason.",
    },
    "elections-succeed": {
      title: "Elections come to an end",
      rule: "Where a majority is up and connected, it has a leader before long.",
      why: "Candidates that stand at the same time split the votes. If their timeouts are equal, they do so for ever.",
    },
    linearizability: {
      title: "Linearizability",
      rule: "Every operation seems to happen at one moment between its call and its answer.",
      why: "To its clients the cluster looks like one machine that never fails.",
    },
  },
};

const chinese: RulesTexts = {
  intro: "每个事件后都会检查，依据的是节点真实存储与发送的内容。",
  recorded: "这是一段录像：这里不作检查。模拟器在运行时已经检查过。",
  holds: "成立",
  violated: "被违反，运行已停止",
  whatHappened: "发生了什么？",
  checked: "每个事件后检查",
  onDemand: "在“客户端”面板中按需检查",
  goThere: "查看之前的一刻",
  at: (seconds) => `于 ${seconds} 秒`,
  rules: {
    "election-safety": {
      title: "选举安全性",
      rule: "一个任期内至多选出一个领导者。",
      why: "同一任期若有两个领导者，两者会在同一索引追加不同条目，并都可能宣称已提交。",
    },
    "one-vote": {
      title: "一任期一票",
      rule: "节点在一个任期内至多投票给一个候选人，重启也不例外。",
      why: "任意两个多数派必有共同节点。若它投两次票，两个候选人都会当选。",
    },
    "leader-append-only": {
      title: "领导者只追加",
      rule: "领导者从不覆盖或删除自己日志中的条目，只追加。",
      why: "领导者已让跟随者存下的内容，不能再变。",
    },
    "log-matching": {
      title: "日志匹配",
      rule: "两份日志若有索引与任期都相同的条目，则此前的全部条目也相同。",
      why: "因此跟随者只需看前一条，就能决定是否接受新条目。",
    },
    "leader-completeness": {
      title: "领导者完整性",
      rule: "已提交的条目，存在于之后每个任期的领导者的日志中。",
      why: "否则新领导者会覆盖掉客户端已被告知完成的操作。",
    },
    "state-machine-safety": {
      title: "状态机安全性",
      rule: "任何两个节点不会在同一索引应用不同的命令。",
      why: "复制正是为此：每份数据都经历相同的状态。",
    },
    "committed-never-lost": {
      title: "已提交的不丢失",
      rule: "无论哪些节点崩溃重启，已提交的条目都不会丢失。",
      why: "客户端已被告知“完成”，崩溃之后也必须如此。",
    },
    "no-disruption": {
      title: "不受干扰",
      rule: "从分区中归来的节点，不会推翻多数派仍能听到的领导者。",
      why: "即使发生也不会丢数据，但集群会平白因选举而停顿。",
    },
    "elections-succeed": {
      title: "选举终会成功",
      rule: "只要有多数派在运行且相互连通，不久便会有领导者。",
      why: "同时竞选的候选人会瓜分选票。若超时都相等，就会永远如此。",
    },
    linearizability: {
      title: "线性一致性",
      rule: "每个操作看起来都发生在调用与答复之间的某一瞬间。",
      why: "在客户端看来，集群就像一台永不出错的机器。",
    },
  },
};

export const rulesTexts: Readonly<Record<Language, RulesTexts>> = { en: english, zh: chinese };
