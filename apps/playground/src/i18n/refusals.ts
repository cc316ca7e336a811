import type { Refusal } from "@quorate/cluster-lab";
import type { Language } from "@quorate/drawing";

type Words = Readonly<Record<Refusal["key"], (node: string) => string>>;

const english: Words = {
  "no-such-node": (node) => `There is no node ${node}.`,
  "runs-already": (node) => `${node} is running already.`,
  "does-not-run": (node) => `${node} is not running.`,
  "paused-already": (node) => `${node} is paused already.`,
  "not-paused": (node) => `${node} is not paused.`,
  "no-election-timeout": (node) => `${node} waits for no election timeout: it leads, or has no vote.`,
  "no-leader": () => "Nobody leads; wait for an election, or choose a node.",
  "no-room": () => "There is no room for another node.",
  "no-lease": () => "Lease reads are switched off in this cluster.",
  "wrong-delay": () => "The shortest delay must not exceed the longest.",
  stopped: () => "An invariant is violated: nothing happens any more. Go back in time, or begin anew.",
  "not-there": () => "Not done: the cluster was stopped on its way to that moment.",
  full: () => "This history is as long as one can be. Go back in time, or begin anew.",
};

const chinese: Words = {
  "no-such-node": (node) => `没有节点 ${node}。`,
  "runs-already": (node) => `${node} 已在运行。`,
  "does-not-run": (node) => `${node} 没有运行。`,
  "paused-already": (node) => `${node} 已经暂停。`,
  "not-paused": (node) => `${node} 没有暂停。`,
  "no-election-timeout": (node) => `${node} 没有在等待选举超时：它是领导者，或没有投票权。`,
  "no-leader": () => "目前没有领导者：请等待选举，或指定一个节点。",
  "no-room": () => "无法再增加节点。",
  "no-lease": () => "本集群未启用租约读。",
  "wrong-delay": () => "最短延迟不能超过最长延迟。",
  "not-there": () => "未执行：集群在前往那一时刻的途中被停下。",
  full: () => "这段历史已达到最大长度。请回到过去，或重新开始。",
  stopped: () => "某条不变量已被违反，不会再发生任何事。请回到过去，或重新开始。",
};

/** Why an action was not done; fetched when one is refused for the first time. */
export const refusalTexts: Readonly<Record<Language, Words>> = { en: english, zh: chinese };
