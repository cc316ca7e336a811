import type { KvMachine } from "../../src/index.ts";

/** A state machine with some of its methods replaced. */
export function machineWith(inner: KvMachine, replaced: Partial<KvMachine>): KvMachine {
  return {
    apply: (command, index) => inner.apply(command, index),
    read: (query) => inner.read(query),
    snapshot: () => inner.snapshot(),
    restore: (chunks) => inner.restore(chunks),
    digest: () => inner.digest(),
    ...replaced,
  };
}
