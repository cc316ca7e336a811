import { describe, expect, test } from "vitest";
import { Outbox } from "../src/outbox.ts";
import { heartbeat, heartbeatReply } from "./harness/messages.ts";

const save = { type: "save", seq: 1, hardState: undefined, entries: [] } as const;

describe("Outbox", () => {
  test("P10 promises stand behind the save, all else before it, each in its order", () => {
    const out = new Outbox();
    out.sendDurably("n2", heartbeatReply(1, 1, 0));
    out.now({ type: "commit", index: 1 });
    out.send("n3", heartbeat(1));
    out.sendDurably("n3", heartbeatReply(1, 2, 0));
    expect(out.take(save).map((effect) => (effect.type === "send" ? effect.to : effect.type))).toEqual([
      "commit",
      "n3",
      "save",
      "n2",
      "n3",
    ]);
  });

  test("knows whether it holds a promise", () => {
    const out = new Outbox();
    out.send("n2", heartbeat(1));
    expect(out.hasPromises).toBe(false);
    out.sendDurably("n2", heartbeatReply(1, 1, 0));
    expect(out.hasPromises).toBe(true);
  });

  test("is empty once taken", () => {
    const out = new Outbox();
    out.sendDurably("n2", heartbeatReply(1, 1, 0));
    out.now({ type: "membership" });
    expect(out.take(undefined)).toHaveLength(2);
    expect(out.hasPromises).toBe(false);
    expect(out.take(undefined)).toEqual([]);
  });
});
