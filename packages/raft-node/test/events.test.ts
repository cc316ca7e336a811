import { describe, expect, test } from "vitest";
import { Events } from "../src/events.ts";
import { RoleTeller } from "../src/role-teller.ts";
import { RecordingLogger } from "./support/recording-logger.ts";
import { microtasks } from "./support/virtual-clock.ts";

describe("events", () => {
  test("reach every listener until it is removed", () => {
    const events = new Events(new RecordingLogger());
    const heard: string[] = [];
    const listener = ({ index }: { readonly index: number }): void => void heard.push(`a${index}`);
    const removeFirst = events.on("commit", listener);
    events.on("commit", listener);
    events.on("commit", ({ index }) => void heard.push(`b${index}`));
    events.emit("commit", { index: 1 });
    removeFirst();
    removeFirst();
    events.emit("commit", { index: 2 });
    expect(heard).toEqual(["a1", "a1", "b1", "a2", "b2"]);
  });

  test("a listener that throws or rejects is logged and harms no one", async () => {
    const logger = new RecordingLogger();
    const events = new Events(logger);
    const heard: number[] = [];
    events.on("commit", () => {
      throw new Error("thrown");
    });
    const rejecting = (): unknown => Promise.reject(new Error("rejected"));
    events.on("commit", rejecting);
    events.on("commit", ({ index }) => void heard.push(index));
    events.emit("commit", { index: 1 });
    await microtasks();
    expect(heard).toEqual([1]);
    expect(logger.of("error")).toHaveLength(2);
  });

  test("an unknown event and a listener that is none are TypeErrors", () => {
    const events = new Events(new RecordingLogger());
    const on: (name: never, listener: never) => unknown = events.on.bind(events);
    expect(() => on("toString" as never, (() => undefined) as never)).toThrow(/"toString" is none of role, leader/);
    expect(() => on("commit" as never, 7 as never)).toThrow(TypeError);
  });
});

describe("role and leader", () => {
  test("are told apart, each only when it has changed", () => {
    const events = new Events(new RecordingLogger());
    const heard: unknown[] = [];
    events.on("role", (event) => heard.push(event));
    events.on("leader", (event) => heard.push(event));
    const memberOf = (id: string) => ({ id, address: "host-2" });
    const core = { memberOf, role: "follower", term: 1, leader: undefined } as const;
    const teller = new RoleTeller(core, events, new RecordingLogger());
    teller.tell({ type: "role", role: "follower", term: 1, leader: "n2" });
    teller.tell({ type: "role", role: "follower", term: 1, leader: "n2" });
    teller.tell({ type: "role", role: "pre-candidate", term: 1, leader: undefined });
    teller.tell({ type: "role", role: "candidate", term: 2, leader: undefined });
    expect(heard).toEqual([
      { leader: { id: "n2", address: "host-2" }, term: 1 },
      { role: "pre-candidate", term: 1 },
      { leader: undefined, term: 1 },
      { role: "candidate", term: 2 },
    ]);
  });
});
