import { type Random, type StateMachine, seededRandom } from "@quorate/raft-core";
import { check, during, equal } from "./check.ts";
import { collect, iterate, recut, stream } from "./chunks.ts";
import { show } from "./show.ts";
import { type Test, giveCase } from "./suite.ts";
import { withoutTimeAndChance } from "./without-time.ts";

/** A state machine to be tested, and what the suite must know of it to do so. */
export interface StateMachineSubject<Machine extends StateMachine> {
  /** A new machine in its first state. */
  create(): Machine | Promise<Machine>;
  /** A valid command; the same one for the same random numbers. Some should undo what others did. */
  command(random: Random): Uint8Array;
  /** Questions whose answers together show the state. */
  readonly queries: readonly unknown[];
  /** Bytes that are no commands. */
  readonly invalid?: readonly Uint8Array[];
  /** A hash of the whole state, if the machine has one. */
  digest?(machine: Machine): string | Promise<string>;
}

const CHUNK_BYTES_MAX = 1.25 * 1024 * 1024;

interface StateMachineCase {
  readonly name: string;
  readonly run: <Machine extends StateMachine>(cases: Cases<Machine>) => Promise<void>;
  /** What the subject lacks for the case to apply; undefined where it applies. */
  readonly missing?: <Machine extends StateMachine>(subject: StateMachineSubject<Machine>) => string | undefined;
}

const stateMachineCases: readonly StateMachineCase[] = [
  { name: "M01 the same commands give the same results and the same state", run: (cases) => cases.deterministic() },
  { name: "M02 no command asks the clock or chance", run: (cases) => cases.asksNobody() },
  {
    name: "M03 every command gets its own result, one at a time or after a restore",
    run: (cases) => cases.resultPerCommand(),
  },
  {
    name: "M04 a restored machine has the state and goes on as the first for 10,000 commands",
    run: (cases) => cases.goesOn(),
  },
  { name: "M04 chunks may be cut anywhere between snapshot and restore", run: (cases) => cases.cutAnywhere() },
  { name: "M05 a snapshot is of its call, whatever is applied while it streams", run: (cases) => cases.pointInTime() },
  { name: "M05 two snapshots at once do not mix", run: (cases) => cases.twoSnapshots() },
  { name: "M05 chunks have about a megabyte at most, and keep their bytes", run: (cases) => cases.chunks() },
  { name: "M06 restore replaces the state", run: (cases) => cases.restoreReplaces() },
  { name: "M06 restoring the first state empties a machine", run: (cases) => cases.restoreEmpty() },
  { name: "M06 restore rejects when the chunks fail", run: (cases) => cases.restoreFails() },
  {
    name: "M07 bytes that are no command change nothing and give the same result everywhere",
    run: (cases) => cases.invalid(),
    missing: ({ invalid = [] }) => (invalid.length > 0 ? undefined : "the subject names no invalid bytes"),
  },
  { name: "M09 reading changes nothing", run: (cases) => cases.readingChangesNothing() },
  { name: "M10 what a machine returns is not its own memory", run: (cases) => cases.notAliased() },
  { name: "M10 a command's bytes stay as they are", run: (cases) => cases.commandsUntouched() },
  { name: "M12 gaps between indexes mean nothing", run: (cases) => cases.gapsInIndexes() },
  {
    name: "M16 the digest changes with the observable state and with nothing else",
    run: (cases) => cases.digestFollowsState(),
    missing: (subject) => (subject.digest === undefined ? "the subject has no digest" : undefined),
  },
  { name: "M17 a snapshot that is given up leaves no trace", run: (cases) => cases.abandoned() },
];

/** The cases' names, with their numbers first. */
export const stateMachineCaseNames: readonly string[] = stateMachineCases.map(({ name }) => name);

/**
 * The contract of `StateMachine`, case by case. A machine that passes can be replicated: what it does depends on its
 * commands alone, and a snapshot stands for all that came before it. A case that does not apply is listed, saying why, and
 * does nothing.
 */
export function stateMachineSuite<Machine extends StateMachine>(
  test: Test,
  subject: StateMachineSubject<Machine>,
): void {
  const cases = new Cases(subject);
  for (const { name, run, missing } of stateMachineCases) giveCase(test, name, missing?.(subject), () => run(cases));
}

class Cases<Machine extends StateMachine> {
  readonly #subject: StateMachineSubject<Machine>;

  constructor(subject: StateMachineSubject<Machine>) {
    this.#subject = subject;
  }

  async deterministic(): Promise<void> {
    for (const seed of [1, 2, 3]) {
      const [one, other] = [await this.#subject.create(), await this.#subject.create()];
      const commands = this.#commands(seed, 500);
      const results = await applyAll(one, commands);
      equal(await applyAll(other, commands), results, `results with seed ${seed}`);
      await this.#same(other, one, `the state with seed ${seed}`);
    }
  }

  async asksNobody(): Promise<void> {
    const machine = await this.#subject.create();
    const twin = await this.#subject.create();
    const commands = this.#commands(29, 300);
    for (const [i, command] of commands.entries()) {
      const result = await during(`apply of command ${i}`, () =>
        withoutTimeAndChance(() => machine.apply(command, i + 1)),
      );
      equal(result, await twin.apply(command, i + 1), `result of command ${i}`);
    }
    await this.#same(machine, twin, "the state");
  }

  async resultPerCommand(): Promise<void> {
    const commands = this.#commands(4, 200);
    const whole = await this.#subject.create();
    const expected = await applyAll(whole, commands);
    equal(expected.length, commands.length, "number of results");
    let machine = await this.#subject.create();
    for (const [i, command] of commands.entries()) {
      if (i % 50 === 25) machine = await this.#restored(machine.snapshot());
      equal(await machine.apply(command, i + 1), expected[i], `result of command ${i}`);
    }
  }

  async goesOn(): Promise<void> {
    const first = await this.#filled(5, 1_000);
    const second = await this.#restored(first.snapshot());
    await this.#same(second, first, "the restored state");
    const commands = this.#commands(6, 10_000);
    equal(await applyAll(second, commands), await applyAll(first, commands), "results after the restore");
    await this.#same(second, first, "the state after 10,000 more commands");
    await this.#same(await this.#restored(second.snapshot()), first, "the state restored a second time");
  }

  async cutAnywhere(): Promise<void> {
    const machine = await this.#filled(7, 300);
    const chunks = await collect(machine.snapshot());
    for (const sizeBytes of [1, 7, 4096, Infinity]) {
      const restored = await this.#subject.create();
      await restored.restore(stream(recut(chunks, sizeBytes)));
      await this.#same(restored, machine, `the state restored from chunks of ${sizeBytes} bytes`);
    }
  }

  async pointInTime(): Promise<void> {
    const machine = await this.#filled(8, 1_000);
    const twin = await this.#filled(8, 1_000);
    const later = this.#commands(9, 2_000);
    const snapshot = machine.snapshot();
    await applyAll(machine, later.slice(0, 1_000));
    const chunks: Uint8Array[] = [];
    for await (const chunk of snapshot) {
      chunks.push(chunk);
      await applyAll(machine, later.slice(1_000));
    }
    await this.#same(await this.#restored(chunks), twin, "the state as of the call of snapshot");
  }

  async twoSnapshots(): Promise<void> {
    const machine = await this.#filled(10, 500);
    const first = iterate(machine.snapshot());
    await applyAll(machine, this.#commands(11, 500));
    const second = iterate(machine.snapshot());
    await applyAll(machine, this.#commands(12, 500));
    const chunks: [Uint8Array[], Uint8Array[]] = [[], []];
    for (let open = true; open;) {
      const [a, b] = [await first.next(), await second.next()];
      if (a.done !== true) chunks[0].push(a.value);
      if (b.done !== true) chunks[1].push(b.value);
      open = a.done !== true || b.done !== true;
    }
    const twin = await this.#filled(10, 500);
    await this.#same(await this.#restored(chunks[0]), twin, "the first snapshot");
    await applyAll(twin, this.#commands(11, 500));
    await this.#same(await this.#restored(chunks[1]), twin, "the second snapshot");
  }

  async chunks(): Promise<void> {
    const machine = await this.#filled(13, 2_000);
    const chunks: Uint8Array[] = [];
    const copies: Uint8Array[] = [];
    for await (const chunk of machine.snapshot()) {
      check(chunk.length <= CHUNK_BYTES_MAX, `a chunk has ${chunk.length} bytes`);
      chunks.push(chunk);
      copies.push(new Uint8Array(chunk));
    }
    equal(chunks, copies, "chunks, after later ones were asked for");
  }

  async restoreReplaces(): Promise<void> {
    const machine = await this.#filled(14, 400);
    const other = await this.#filled(15, 400);
    await other.restore(stream(machine.snapshot()));
    await this.#same(other, machine, "the state restored over another one");
  }

  async restoreEmpty(): Promise<void> {
    const empty = await this.#subject.create();
    const machine = await this.#filled(16, 400);
    await machine.restore(stream(empty.snapshot()));
    await this.#same(machine, empty, "the state after restoring the first state");
    const commands = this.#commands(17, 200);
    equal(await applyAll(machine, commands), await applyAll(empty, commands), "results from there");
  }

  async restoreFails(): Promise<void> {
    const chunks = await collect((await this.#filled(18, 300)).snapshot());
    const failure = new Error("the disk is gone");
    const machine = await this.#subject.create();
    const failing = async function* (): AsyncGenerator<Uint8Array> {
      yield* recut(chunks, 50).slice(0, 2);
      throw failure;
    };
    const outcome = await machine.restore(failing()).then(
      () => "it resolved",
      () => "rejected",
    );
    equal(outcome, "rejected", "restore from chunks that fail");
  }

  async invalid(): Promise<void> {
    const machine = await this.#filled(19, 200);
    const twin = await this.#filled(19, 200);
    const before = await this.#observe(machine);
    for (const [i, bytes] of (this.#subject.invalid ?? []).entries()) {
      const what = `invalid bytes ${i} (${show(bytes)})`;
      const apply = (to: Machine): Promise<unknown> => during(`apply of ${what}`, () => to.apply(bytes, 1_000 + i));
      equal(await apply(machine), await apply(twin), `the result of ${what}`);
      equal(await this.#observe(machine), before, `the state after ${what}`);
    }
  }

  async readingChangesNothing(): Promise<void> {
    const machine = await this.#filled(20, 300);
    const twin = await this.#filled(20, 300);
    for (let round = 0; round < 3; round++) await this.#observe(machine);
    const commands = this.#commands(21, 100);
    equal(await applyAll(machine, commands), await applyAll(twin, commands), "results after reading");
    await this.#same(machine, twin, "the state after reading");
  }

  async notAliased(): Promise<void> {
    const machine = await this.#filled(22, 200);
    const twin = await this.#filled(22, 200);
    let index = 201;
    for (const command of this.#commands(23, 200)) scramble(await machine.apply(command, index++));
    await applyAll(twin, this.#commands(23, 200));
    for (const query of this.#subject.queries) scramble(await machine.read(query));
    for await (const chunk of machine.snapshot()) chunk.fill(0xee);
    await this.#same(machine, twin, "the state after everything it returned was overwritten");
  }

  async commandsUntouched(): Promise<void> {
    const machine = await this.#subject.create();
    const commands = this.#commands(24, 300);
    await applyAll(machine, commands);
    equal(commands, this.#commands(24, 300), "commands after they were applied");
  }

  async gapsInIndexes(): Promise<void> {
    const commands = this.#commands(25, 300);
    const [dense, sparse] = [await this.#subject.create(), await this.#subject.create()];
    const expected = await applyAll(dense, commands);
    for (const [i, command] of commands.entries()) {
      equal(await sparse.apply(command, 10 + i * 3), expected[i], `result of command ${i}`);
    }
    await this.#same(sparse, dense, "the state");
  }

  async digestFollowsState(): Promise<void> {
    const machine = await this.#subject.create();
    let before = { digest: await this.#digest(machine), answers: await this.#answers(machine) };
    for (const [i, command] of this.#commands(26, 300).entries()) {
      await machine.apply(command, i + 1);
      const after = { digest: await this.#digest(machine), answers: await this.#answers(machine) };
      const changed = !isEqual(after.answers, before.answers);
      check(!changed || after.digest !== before.digest, `the digest missed a change of state by command ${i}`);
      equal(await this.#digest(machine), after.digest, "the digest, asked twice");
      before = after;
    }
  }

  async abandoned(): Promise<void> {
    const machine = await this.#filled(27, 500);
    const twin = await this.#filled(27, 500);
    machine.snapshot();
    const started = iterate(machine.snapshot());
    await started.next();
    await started.return?.();
    const commands = this.#commands(28, 500);
    equal(await applyAll(machine, commands), await applyAll(twin, commands), "results afterwards");
    await this.#same(machine, twin, "the state afterwards");
    await this.#same(await this.#restored(machine.snapshot()), twin, "the next snapshot");
  }

  #commands(seed: number, count: number): Uint8Array[] {
    const random = seededRandom(seed);
    return Array.from({ length: count }, () => this.#subject.command(random));
  }

  async #filled(seed: number, count: number): Promise<Machine> {
    const machine = await this.#subject.create();
    await applyAll(machine, this.#commands(seed, count));
    return machine;
  }

  async #restored(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Machine> {
    const machine = await this.#subject.create();
    await during("restore", () => machine.restore(stream(chunks)));
    return machine;
  }

  async #answers(machine: Machine): Promise<unknown[]> {
    const answers: unknown[] = [];
    for (const query of this.#subject.queries) {
      answers.push(await during(`read of ${show(query)}`, () => machine.read(query)));
    }
    return answers;
  }

  async #digest(machine: Machine): Promise<string | undefined> {
    return this.#subject.digest?.(machine);
  }

  async #observe(machine: Machine): Promise<unknown> {
    return { digest: await this.#digest(machine), answers: await this.#answers(machine) };
  }

  async #same(actual: Machine, expected: Machine, what: string): Promise<void> {
    equal(await this.#observe(actual), await this.#observe(expected), what);
  }
}

async function applyAll(machine: StateMachine, commands: readonly Uint8Array[]): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const [i, command] of commands.entries()) {
    results.push(await during(`apply of command ${i}`, () => machine.apply(command, i + 1)));
  }
  return results;
}

function isEqual(a: unknown, b: unknown): boolean {
  try {
    equal(a, b, "");
    return true;
  } catch {
    return false;
  }
}

/** Overwrites all that can be overwritten in a value. */
function scramble(value: unknown): void {
  if (value instanceof Uint8Array) value.fill(0xee);
  else if (Array.isArray(value)) {
    value.forEach(scramble);
    if (!Object.isFrozen(value)) value.reverse();
  } else if (value instanceof Map || value instanceof Set) {
    value.forEach(scramble);
    value.clear();
  } else if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const [name, field] of Object.entries(value)) {
      scramble(field);
      Reflect.set(value, name, typeof field === "number" ? field + 1 : field);
    }
  }
}
