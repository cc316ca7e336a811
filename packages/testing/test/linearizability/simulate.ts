import type { Random } from "@quorate/raft-core";
import type { AppendListInput, AppendListOutput } from "../../src/linearizability/append-list-model.ts";
import type { CompareAndSetInput, CompareAndSetOutput } from "../../src/linearizability/compare-and-set-model.ts";
import type { Operation } from "../../src/linearizability/history.ts";
import type { Value } from "../../src/linearizability/register-model.ts";

/** An object that is atomic by construction: `apply` is called for each operation at the instant of its effect. */
export interface AtomicObject<Input, Output> {
  nextInput(random: Random, key: string): Input;
  apply(input: Input): Output;
}

export interface Load {
  readonly clients: number;
  readonly operations: number;
  readonly keys: number;
  /** The chance that no answer comes; half of these operations never take effect. */
  readonly unanswered?: number;
  /** How long an operation may take, and the pause after it, in ticks. */
  readonly durationMax?: number;
}

interface Instant {
  readonly at: number;
  readonly run: () => void;
}

/** The history of an atomic object under clients that each have one operation under way, at random intervals. */
export function simulate<Input, Output>(
  random: Random,
  object: AtomicObject<Input, Output>,
  { clients, operations, keys, unanswered = 0, durationMax = 1000 }: Load,
): Operation<Input, Output>[] {
  const history: Operation<Input, Output>[] = [];
  const ticks = (): number => Math.floor(random.next() * durationMax);
  const planned: { calledAt: number; effectAt: number; answeredAt: number }[] = [];
  const freeAt = Array.from({ length: clients }, ticks);
  const effects: Instant[] = [];
  for (let i = 0; i < operations; i++) {
    const client = freeAt.indexOf(Math.min(...freeAt));
    const calledAt = freeAt[client] ?? 0;
    const effectAt = calledAt + ticks();
    const answeredAt = effectAt + ticks();
    freeAt[client] = answeredAt + 1 + Math.floor(ticks() / 4);
    planned.push({ calledAt, effectAt, answeredAt });
    const input = object.nextInput(random, `key-${Math.floor(random.next() * keys)}`);
    const isLost = random.next() < unanswered;
    const isInVain = isLost && random.next() < 0.5;
    effects.push({
      at: isLost ? effectAt + ticks() * 5 : effectAt,
      run: () => {
        const output = isInVain ? undefined : object.apply(input);
        const answer = isLost || output === undefined ? undefined : { at: answeredAt, output };
        history.push({ client, input, calledAt, answer });
      },
    });
  }
  for (const { run } of effects.sort((a, b) => a.at - b.at)) run();
  return history.sort((a, b) => a.calledAt - b.calledAt);
}

/** Registers with reads, writes and compare-and-sets; each written value is new. */
export class AtomicRegisters implements AtomicObject<CompareAndSetInput, CompareAndSetOutput> {
  readonly #values = new Map<string, Value>();
  readonly #kinds: number;
  #written = 0;

  /** Reads and writes only, or compare-and-sets as well. */
  constructor({ withCompareAndSet }: { readonly withCompareAndSet: boolean }) {
    this.#kinds = withCompareAndSet ? 3 : 2;
  }

  nextInput(random: Random, key: string): CompareAndSetInput {
    const kind = Math.floor(random.next() * this.#kinds);
    if (kind === 0) return { type: "read", key };
    const value = ++this.#written;
    if (kind === 1) return { type: "write", key, value };
    const expected = Math.max(0, value - Math.floor(random.next() * 10));
    return { type: "compare-and-set", key, expected: this.#values.get(key) ?? expected, value };
  }

  apply(input: CompareAndSetInput): CompareAndSetOutput {
    const value = this.#values.get(input.key) ?? null;
    if (input.type === "read") return value;
    if (input.type === "compare-and-set") {
      if (value === input.expected) this.#values.set(input.key, input.value);
      return value === input.expected;
    }
    this.#values.set(input.key, input.value);
    return null;
  }
}

export class AtomicLists implements AtomicObject<AppendListInput, AppendListOutput> {
  readonly #lists = new Map<string, readonly Value[]>();
  #appended = 0;

  nextInput(random: Random, key: string): AppendListInput {
    return random.next() < 0.5 ? { type: "read", key } : { type: "append", key, value: ++this.#appended };
  }

  apply(input: AppendListInput): AppendListOutput {
    const list = this.#lists.get(input.key) ?? [];
    if (input.type === "read") return list;
    this.#lists.set(input.key, [...list, input.value]);
    return null;
  }
}
