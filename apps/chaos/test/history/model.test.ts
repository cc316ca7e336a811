import { checkLinearizable } from "@quorate/testing";
import { describe, expect, test } from "vitest";
import { kvModel } from "../../src/history/model.ts";
import type { KvInput, KvOutput } from "../../src/history/operation.ts";

const key = "k";

/** One after the other, each answered with what stands beside it; undefined: nobody knows. */
function verdictOf(steps: readonly (readonly [KvInput, KvOutput | undefined])[]): string {
  const history = steps.map(([input, output], i) => {
    const asked = { client: output === undefined ? `lost ${i}` : "a", input, calledAt: 10 * i };
    return output === undefined ? asked : { ...asked, answer: { output, at: 10 * i + 5 } };
  });
  return checkLinearizable(history, kvModel).type;
}

const put = (value: string): [KvInput, KvOutput] => [{ type: "put", key, value }, true];
const get = (output: KvOutput): [KvInput, KvOutput] => [{ type: "get", key }, output];
const putIf = (expected: string | null, value: string, output?: KvOutput): [KvInput, KvOutput | undefined] => [
  { type: "put-if", key, expected, value },
  output,
];
const remove: [KvInput, KvOutput] = [{ type: "delete", key }, true];

describe("the model of a key", () => {
  test.each([
    ["a value that was put is got", [get(null), put("a"), get("a"), put("b"), get("b")]],
    ["a key that was deleted is not there", [put("a"), remove, get(null), remove, get(null)]],
    ["a put-if puts where it finds what it expects", [putIf(null, "a", true), putIf("a", "b", true), get("b")]],
    ["a put-if tells what it found instead", [put("a"), putIf("x", "b", "a"), get("a")]],
    ["a put-if whose answer was lost may have been done", [put("a"), putIf("a", "b"), get("b")]],
    ["or not, or later", [put("a"), putIf("a", "b"), get("a"), get("b")]],
  ])("%s", (_, steps) => {
    expect(verdictOf(steps)).toBe("linearizable");
  });

  test.each([
    ["an old value is got", [put("a"), put("b"), get("a")]],
    ["a value is gone", [put("a"), get(null)]],
    ["a deleted value is got", [put("a"), remove, get("a")]],
    ["a put-if is done that found something else", [put("a"), putIf("x", "b", true)]],
    ["a put-if tells something that was not there", [put("a"), putIf("x", "b", "c")]],
    ["a put-if fails that found what it expects", [put("a"), putIf("a", "b", "a")]],
    ["a value is got that nobody has put", [put("a"), get("z")]],
    ["a lost put-if was done without what it expects", [put("a"), putIf("x", "b"), get("b")]],
  ])("%s: a violation", (_, steps) => {
    expect(verdictOf(steps)).toBe("violation");
  });
});
