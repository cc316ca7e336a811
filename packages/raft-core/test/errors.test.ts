import { describe, expect, test } from "vitest";
import { AssertionError, RaftError, assert } from "../src/index.ts";

describe("RaftError", () => {
  test("has a code, a leader and a cause", () => {
    const cause = new Error("EIO");
    const leader = { id: "n2", address: "n2.example" };
    const error = new RaftError("STORAGE_FAILED", "the log could not be written", { leader, cause });
    expect(error).toMatchObject({ name: "RaftError", code: "STORAGE_FAILED", leader, cause });
    expect(error).toBeInstanceOf(Error);
  });

  test("has no cause where none was given", () => {
    const error = new RaftError("CLOSED", "this node is closed");
    expect("cause" in error).toBe(false);
    expect(error.leader).toBeUndefined();
  });
});

describe("assert", () => {
  test("throws what is wrong, and only then", () => {
    expect(() => assert(true, "fine")).not.toThrow();
    expect(() => assert(false, "entry 3 is missing")).toThrow(new AssertionError("entry 3 is missing"));
    expect(new AssertionError("").name).toBe("AssertionError");
  });
});
