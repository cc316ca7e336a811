import type { Language } from "@quorate/drawing";
import type { ClusterEvent, EventKind } from "../../report/index.ts";
import type { Format } from "./format.ts";

/** The values of one event, as text, by name; a value that is not there is a dash. */
interface Given {
  readonly node: string;
  readonly text: (name: string) => string;
  readonly count: (name: string) => string;
  readonly bytes: (name: string) => string;
  readonly ms: (name: string) => string;
}

type Words = Readonly<Record<EventKind, (event: Given) => string>>;

const english: Words = {
  started: ({ node, text }) => `${node} has started (version ${text("version")})`,
  stopping: ({ node }) => `${node} is stopping`,
  "pre-vote": ({ node, text }) => `${node} asks whether it could win an election for term ${text("term")}`,
  election: ({ node, text }) => `${node} stands for election in term ${text("term")}`,
  leader: ({ node, text }) => `${node} leads term ${text("term")}`,
  "stepped-down": ({ node, text }) => `${node} leads term ${text("term")} no more`,
  transfer: ({ node, text }) => `${node} hands the lead to ${text("to")}`,
  membership: ({ text }) => membersInEnglish(text),
  "snapshot-taken": ({ node, count, bytes }) =>
    `${node} has taken a snapshot up to ${count("index")} (${bytes("bytes")})`,
  "snapshot-installed": ({ node, count, bytes }) =>
    `${node} has installed a snapshot up to ${count("index")} (${bytes("bytes")})`,
  "snapshot-sending": ({ node, text, count, bytes }) =>
    `${node} begins to send ${text("to")} the snapshot up to ${count("index")} (${bytes("bytes")})`,
  "snapshot-sent": ({ node, text, count }) => `${node} has sent ${text("to")} the snapshot up to ${count("index")}`,
  "snapshot-receiving": ({ node, text, count, bytes }) =>
    `${node} receives a snapshot up to ${count("index")} from ${text("from")} (${bytes("bytes")})`,
  "snapshot-failed": ({ node, text }) => `${node} could not store a snapshot, and tries again: ${text("message")}`,
  "slow-disk": ({ node, ms }) => `${node}'s disk was slow: making entries durable took ${ms("ms")}`,
  stall: ({ node, ms }) => `${node} did nothing for ${ms("ms")}`,
  failed: ({ node, text }) => `${node} has stopped for good (${text("code")}): ${text("message")}`,
  forgotten: ({ node, text }) =>
    `${node} has lost its data, says ${text("by")}: it has no vote. Remove and add it again`,
  unreachable: ({ node, text }) =>
    `${text("by") || "This page"} does not reach ${node}: ${reasonInEnglish(text("reason"))}`,
  reachable: ({ node, text }) => `${text("by")} reaches ${node} again`,
};

function membersInEnglish(text: (name: string) => string): string {
  const learners = text("learners");
  const outgoing = text("outgoing");
  return [
    text("founding") === "1" ? `The founders are ${text("voters")}` : `The voters are ${text("voters")}`,
    ...(learners === "" ? [] : [`learners: ${learners}`]),
    ...(outgoing === "" ? [] : [`on the way from ${outgoing}`]),
  ].join("; ");
}

function reasonInEnglish(reason: string): string {
  if (reason === "silent") return "it says nothing";
  return reason === "unreadable" ? "it says what is not understood" : "nobody answers there";
}

const chinese: Words = {
  started: ({ node, text }) => `${node} 已启动（版本 ${text("version")}）`,
  stopping: ({ node }) => `${node} 正在停止`,
  "pre-vote": ({ node, text }) => `${node} 询问自己能否赢得任期 ${text("term")} 的选举`,
  election: ({ node, text }) => `${node} 在任期 ${text("term")} 发起选举`,
  leader: ({ node, text }) => `${node} 领导任期 ${text("term")}`,
  "stepped-down": ({ node, text }) => `${node} 不再领导任期 ${text("term")}`,
  transfer: ({ node, text }) => `${node} 将领导权交给 ${text("to")}`,
  membership: ({ text }) => membersInChinese(text),
  "snapshot-taken": ({ node, count, bytes }) => `${node} 已生成截至 ${count("index")} 的快照（${bytes("bytes")}）`,
  "snapshot-installed": ({ node, count, bytes }) => `${node} 已安装截至 ${count("index")} 的快照（${bytes("bytes")}）`,
  "snapshot-sending": ({ node, text, count, bytes }) =>
    `${node} 开始向 ${text("to")} 发送截至 ${count("index")} 的快照（${bytes("bytes")}）`,
  "snapshot-sent": ({ node, text, count }) => `${node} 已将截至 ${count("index")} 的快照发送给 ${text("to")}`,
  "snapshot-receiving": ({ node, text, count, bytes }) =>
    `${node} 正从 ${text("from")} 接收截至 ${count("index")} 的快照（${bytes("bytes")}）`,
  "snapshot-failed": ({ node, text }) => `${node} 未能存储快照，稍后重试：${text("message")}`,
  "slow-disk": ({ node, ms }) => `${node} 的磁盘缓慢：持久化条目用了 ${ms("ms")}`,
  stall: ({ node, ms }) => `${node} 停顿了 ${ms("ms")}`,
  failed: ({ node, text }) => `${node} 已永久停止（${text("code")}）：${text("message")}`,
  forgotten: ({ node, text }) => `${text("by")} 称 ${node} 已丢失数据：它没有投票权。请移除后重新添加`,
  unreachable: ({ node, text }) => `${text("by") || "本页"} 无法连接 ${node}：${reasonInChinese(text("reason"))}`,
  reachable: ({ node, text }) => `${text("by")} 又能连接 ${node} 了`,
};

function membersInChinese(text: (name: string) => string): string {
  const learners = text("learners");
  const outgoing = text("outgoing");
  return [
    text("founding") === "1" ? `创始成员是 ${text("voters")}` : `投票者是 ${text("voters")}`,
    ...(learners === "" ? [] : [`学习者：${learners}`]),
    ...(outgoing === "" ? [] : [`正由 ${outgoing} 变更而来`]),
  ].join("；");
}

function reasonInChinese(reason: string): string {
  if (reason === "silent") return "它没有声音";
  return reason === "unreadable" ? "它的话无法理解" : "那里无人应答";
}

const words: Readonly<Record<Language, Words>> = { en: english, zh: chinese };

/** What has happened, as a sentence without a full stop. */
export function eventSentence({ kind, node, values }: ClusterEvent, language: Language, format: Format): string {
  const number = (name: string): number | undefined => {
    const value = values[name];
    return typeof value === "number" ? value : undefined;
  };
  return words[language][kind]({
    node,
    text: (name) => String(values[name] ?? "–"),
    count: (name) => format.count(number(name)),
    bytes: (name) => format.bytes(number(name)),
    ms: (name) => format.ms(number(name)),
  });
}

/** Whether an event is good news, bad news or just news. */
export type Tone = "good" | "bad" | "plain";

const tones: Readonly<Partial<Record<EventKind, Tone>>> = {
  leader: "good",
  reachable: "good",
  "stepped-down": "bad",
  "snapshot-failed": "bad",
  "slow-disk": "bad",
  stall: "bad",
  failed: "bad",
  forgotten: "bad",
  unreachable: "bad",
};

export function toneOf(kind: EventKind): Tone {
  return tones[kind] ?? "plain";
}
