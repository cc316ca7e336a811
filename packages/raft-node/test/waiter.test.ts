import { describe, expect, test, vi } from "vitest";
import { Waiter } from "../src/waiter.ts";

describe("a waiter", () => {
  test("settles once", async () => {
    const waiter = new Waiter<number>(undefined);
    waiter.resolve(1);
    waiter.resolve(2);
    waiter.reject(new Error("late"));
    expect(await waiter.promise).toBe(1);
    expect(waiter.settled).toBe(true);
  });

  test("an abort rejects with the signal's reason", async () => {
    const controller = new AbortController();
    const waiter = new Waiter<number>(controller.signal);
    const reason = new Error("enough");
    controller.abort(reason);
    await expect(waiter.promise).rejects.toBe(reason);
    waiter.resolve(1);
    expect(waiter.settled).toBe(true);
  });

  test.each(["resolve", "reject", "abort"])("leaves no listener behind after %s", async (how) => {
    const controller = new AbortController();
    const added = vi.spyOn(controller.signal, "addEventListener");
    const removed = vi.spyOn(controller.signal, "removeEventListener");
    const waiter = new Waiter<number>(controller.signal);
    const settled = Promise.allSettled([waiter.promise]);
    expect(added).toHaveBeenCalledTimes(1);
    expect(removed).not.toHaveBeenCalled();
    if (how === "resolve") waiter.resolve(1);
    if (how === "reject") waiter.reject(new Error("no"));
    if (how === "abort") controller.abort();
    await settled;
    expect(removed.mock.calls).toEqual([["abort", waiter]]);
  });
});
