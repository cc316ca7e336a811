import type { AppendListInput, AppendListOutput } from "../../src/linearizability/append-list-model.ts";
import type { CompareAndSetInput, CompareAndSetOutput } from "../../src/linearizability/compare-and-set-model.ts";
import type { Operation } from "../../src/linearizability/history.ts";
import type { Value } from "../../src/linearizability/register-model.ts";

/** From the call to the answer; to `never` where no answer came. */
export type Times = readonly [number, number | "never"];

const key = "x";

export type RegisterOperation = Operation<CompareAndSetInput, CompareAndSetOutput>;
export type ListOperation = Operation<AppendListInput, AppendListOutput>;

export function write(client: number, value: Value, times: Times): RegisterOperation {
  return operation(client, { type: "write", key, value }, null, times);
}

export function read(client: number, output: Value, times: Times): RegisterOperation {
  return operation(client, { type: "read", key }, output, times);
}

export function compareAndSet(
  client: number,
  [expected, value]: readonly [Value, Value],
  output: boolean,
  times: Times,
): RegisterOperation {
  return operation(client, { type: "compare-and-set", key, expected, value }, output, times);
}

export function append(client: number, value: Value, times: Times): ListOperation {
  return operation(client, { type: "append", key, value }, null, times);
}

export function readList(client: number, output: readonly Value[], times: Times): ListOperation {
  return operation(client, { type: "read", key }, output, times);
}

function operation<Input, Output>(
  client: number,
  input: Input,
  output: Output,
  [calledAt, answeredAt]: Times,
): Operation<Input, Output> {
  return { client, input, calledAt, answer: answeredAt === "never" ? undefined : { output, at: answeredAt } };
}
