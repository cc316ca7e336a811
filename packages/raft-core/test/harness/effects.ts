import type { Effect, Message, NodeId, Save } from "../../src/index.ts";

export type EffectOf<T extends Effect["type"]> = Extract<Effect, { readonly type: T }>;

/** The effects of one type, in order. */
export function effectsOf<T extends Effect["type"]>(effects: readonly Effect[], type: T): readonly EffectOf<T>[] {
  return effects.filter((effect): effect is EffectOf<T> => effect.type === type);
}

/** The only effect of its type. */
export function effectOf<T extends Effect["type"]>(effects: readonly Effect[], type: T): EffectOf<T> {
  const [first, ...others] = effectsOf(effects, type);
  if (first === undefined || others.length > 0) {
    throw new Error(`expected one ${type}, but got: ${effects.map((effect) => effect.type).join(", ") || "nothing"}`);
  }
  return first;
}

export function messagesTo(effects: readonly Effect[], to: NodeId): readonly Message[] {
  return effectsOf(effects, "send").flatMap((send) => (send.to === to ? [send.message] : []));
}

export type MessageOf<T extends Message["type"]> = Extract<Message, { readonly type: T }>;

/** The messages of one type, to whomever, in order. */
export function messagesOf<T extends Message["type"]>(effects: readonly Effect[], type: T): readonly MessageOf<T>[] {
  return effectsOf(effects, "send")
    .map((send) => send.message)
    .filter((message): message is MessageOf<T> => message.type === type);
}

/** The only message of its type. */
export function messageOf<T extends Message["type"]>(effects: readonly Effect[], type: T): MessageOf<T> {
  const [first, ...others] = messagesOf(effects, type);
  if (first === undefined || others.length > 0)
    throw new Error(`expected one ${type}, got ${others.length + 1} or none`);
  return first;
}

/** What may start at once, what must be durable, and what must wait for it. */
export function aroundSave(effects: readonly Effect[]): {
  readonly before: readonly Effect[];
  readonly save: Save;
  readonly after: readonly Effect[];
} {
  const save = effectOf(effects, "save");
  const at = effects.indexOf(save);
  return { before: effects.slice(0, at), save, after: effects.slice(at + 1) };
}
