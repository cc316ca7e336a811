import type { ClusterEvent } from "@quorate/dashboard/report";
import { expect, test } from "vitest";
import { EventLog } from "../../src/watch/event-log.ts";

function event(id: string): ClusterEvent {
  return { id, atMs: 1, node: "n1", kind: "leader", values: {} };
}

test("holds the latest events, each once, and tells those that came after a token", () => {
  const log = new EventLog("n1.5", 3);
  const first = log.append(event("a"));
  expect(log.append(event("a"))).toBeUndefined();
  log.append(event("b"));
  const ids = (token: string | undefined): string[] => log.after(token).map((logged) => logged.event.id);
  expect(ids(undefined)).toEqual(["a", "b"]);
  expect(ids(first?.token)).toEqual(["b"]);
  log.append(event("c"));
  const last = log.append(event("d"));
  expect(ids(undefined)).toEqual(["b", "c", "d"]);
  expect(ids(last?.token)).toEqual([]);
  expect(ids(first?.token)).toEqual(["b", "c", "d"]);
  for (const strange of ["n1.6.2", "n1.5.99", "n1.5.x", "n1.5", ""]) expect(ids(strange)).toEqual(["b", "c", "d"]);
  // What it has forgotten may come again.
  expect(log.append(event("a"))?.event.id).toBe("a");
});
