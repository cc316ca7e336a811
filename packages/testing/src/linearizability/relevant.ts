import type { Operation } from "./history.ts";
import type { Model } from "./model.ts";

/**
 * Those of `loose`, operations that may as well never take effect, whose effects the answers of `firm` may depend on,
 * directly or through each other.
 */
export function relevant<State, Input, Output>(
  model: Model<State, Input, Output>,
  firm: readonly Operation<Input, Output>[],
  loose: readonly Operation<Input, Output>[],
): readonly Operation<Input, Output>[] {
  if (model.traces === undefined || loose.length === 0) return loose;
  const leaving = new Map<unknown, Operation<Input, Output>[]>();
  for (const operation of loose) {
    for (const trace of model.traces(operation.input, undefined).leaves) {
      const others = leaving.get(trace);
      if (others === undefined) leaving.set(trace, [operation]);
      else others.push(operation);
    }
  }
  const needed = new Set<unknown>();
  const kept = new Set<Operation<Input, Output>>();
  const open = [...firm];
  for (let operation = open.pop(); operation !== undefined; operation = open.pop()) {
    const { needs } = model.traces(operation.input, kept.has(operation) ? undefined : operation.answer);
    if (needs === "anything") return loose;
    for (const trace of needs) {
      if (needed.has(trace)) continue;
      needed.add(trace);
      for (const source of leaving.get(trace) ?? []) {
        if (kept.has(source)) continue;
        kept.add(source);
        open.push(source);
      }
    }
  }
  return loose.filter((operation) => kept.has(operation));
}
