import type { InvariantName, Violation } from "@quorate/cluster-lab";
import type { Language } from "@quorate/drawing";

type Values = Violation["values"];

const chinese: Readonly<Record<InvariantName, (values: Values) => string>> = {
  "election-safety": ({ node, term, leader }) => `${node} 在任期 ${term} 中担任领导者，而该任期已选出 ${leader}。`,
  "one-vote": ({ node, candidate, term, other }) =>
    `${node} 在任期 ${term} 投票给 ${candidate}，而它在该任期已投票给 ${other}。`,
  "leader-append-only": ({ node, index, term }) => `${node} 在领导任期 ${term} 时覆盖了自己日志的条目 ${index}。`,
  "log-matching": ({ node, index, term }) =>
    `${node} 的日志中有任期 ${term} 的条目 ${index}，但此前的内容与其他节点不同。`,
  "leader-completeness": ({ node, term, index, entryTerm }) =>
    `${node} 领导任期 ${term}，却没有此前已提交的条目 ${index}（任期 ${entryTerm}）。`,
  "state-machine-safety": ({ node, index }) => `${node} 在索引 ${index} 处的命令与此前在该处应用或提交的不同。`,
  "committed-never-lost": ({ index, holders, voters }) =>
    `条目 ${index} 已提交，但 ${voters} 个投票成员中只有 ${holders || "零个"} 仍持有它。`,
  "no-disruption": ({ node, ledTerm, term, candidate }) =>
    `${node} 领导任期 ${ledTerm}，多数派仍听到它，却被 ${candidate} 的任期 ${term} 推翻，而 ${candidate} 根本无法当选。`,
  "elections-succeed": ({ campaigns, waitedMs }) =>
    `${waitedMs} 毫秒内有 ${campaigns} 次竞选，却没有选出领导者，尽管多数派在运行且相互连通。`,
  linearizability: () => "没有任何一种先后顺序能解释客户端得到的全部答复。",
};

/** How an invariant was broken, in the reader's language. */
export function violationSentence({ invariant, sentence, values }: Violation, language: Language): string {
  if (language === "zh") return chinese[invariant](values);
  // A node's name is never written otherwise.
  const first = /^n\d/.test(sentence) ? sentence.charAt(0) : sentence.charAt(0).toUpperCase();
  return `${first}${sentence.slice(1)}.`;
}
