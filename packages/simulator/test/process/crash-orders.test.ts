import { expect, test } from "vitest";
import { CrashOrders } from "../../src/process/crash-orders.ts";

test("a tear strikes while the so-many-th big write is in the cache, once, and waits for as many lives as that takes", () => {
  const orders = new CrashOrders();
  orders.tear({ batches: 2, entriesMin: 3, downMs: 7 });
  orders.appends(3);
  orders.endLife();
  orders.appends(2);
  expect(orders.diskDid("write")).toBeUndefined();
  orders.appends(4);
  expect(orders.diskDid("sync")).toBeUndefined();
  expect(orders.diskDid("write")).toEqual({ power: true, downMs: 7 });
  expect(orders.diskDid("write")).toBeUndefined();
});

test("a crash at a call counts what the disk does, too, and is off when the life is over", () => {
  const orders = new CrashOrders();
  orders.crashAt({ calls: 2, power: false, downMs: 1 });
  expect(orders.called()).toBeUndefined();
  expect(orders.diskDid("write")).toMatchObject({ power: false, downMs: 1 });
  orders.crashAt({ calls: 1, power: false, downMs: 1 });
  orders.endLife();
  expect(orders.called()).toBeUndefined();
});
