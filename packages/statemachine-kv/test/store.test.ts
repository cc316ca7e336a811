import { expect, test } from "vitest";
import { Store } from "../src/store.ts";

const key = (i: number): string => `key-${String(i).padStart(6, "0")}`;
const value = Uint8Array.of(1);

test("M05 P39 writes and range deletions after a clone reach neither the clone nor each other", () => {
  const store = new Store();
  for (let i = 0; i < 20_000; i++) store.put(key((i * 7919) % 20_000), value);
  store.commit();
  const clone = store.clone();
  const frozen = [...clone.entries()];
  const second = clone.clone();
  for (let i = 0; i < 20_000; i += 3) store.put(key(i), Uint8Array.of(2));
  store.deleteRange({ start: key(5_000), end: key(15_000) });
  for (let i = 15_000; i < 16_000; i++) store.delete(key(i));
  store.commit();
  second.deleteRange({ start: "", end: undefined });
  second.commit();
  expect(frozen.length).toBe(20_000);
  expect([...clone.entries()]).toEqual(frozen);
  expect([clone.revision, clone.size, store.size, second.size]).toEqual([2, 20_000, 9_000, 0]);
});

test("a clone in the middle of a command is a bug", () => {
  const store = new Store();
  store.put("a", value);
  expect(() => store.clone()).toThrow("a store is cloned between commands only");
});

test("ranges that are empty or turned around hold nothing", () => {
  const store = new Store();
  for (const name of ["b", "c"]) store.put(name, value);
  store.commit();
  for (const bounds of [
    { start: "c", end: "b" },
    { start: "b", end: "b" },
    { start: "d", end: undefined },
  ]) {
    expect([store.count(bounds), store.slice(bounds, {}).kvs.length, store.deleteRange(bounds)]).toEqual([0, 0, 0]);
  }
  expect(store.commit()).toBe(2);
});
