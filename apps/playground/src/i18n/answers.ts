import type { Language } from "@quorate/drawing";

interface AnswerTexts {
  readonly noLeader: (node: string) => string;
  readonly down: (node: string) => string;
  readonly refused: (node: string, code: string) => string;
  readonly unknown: (code: string) => string;
}

const english: AnswerTexts = {
  noLeader: (node) => `Not written: nobody leads, so ${node} has refused it. Propose again once there is a leader.`,
  down: (node) => `Not written: ${node} does not run.`,
  refused: (node, code) => `Not written: ${node} has refused it (${code}).`,
  unknown: (code) => `Nobody can tell whether it was written (${code}): it may have happened, or happen yet.`,
};

const chinese: AnswerTexts = {
  noLeader: (node) => `没有写入：目前没有领导者，${node} 拒绝了它。等选出领导者后请再提议一次。`,
  down: (node) => `没有写入：${node} 没有运行。`,
  refused: (node, code) => `没有写入：${node} 拒绝了它（${code}）。`,
  unknown: (code) => `无法得知是否已写入（${code}）：可能已经发生，也可能将会发生。`,
};

export const answerTexts: Readonly<Record<Language, AnswerTexts>> = { en: english, zh: chinese };
