import type { StorageMedium } from "@quorate/testing";
import { MemoryStorage } from "../src/index.ts";

/** A place remembers its storage: what a crash, or closing, leaves of it is what is opened next. */
export const medium: StorageMedium = {
  durable: true,
  locks: false,
  identifies: false,
  fails: true,
  // Three times this: a hundred thousand.
  operations: 34_000,
  freshPlace: () => {
    let last: MemoryStorage | undefined;
    let isFailing = false;
    const sync = async (): Promise<void> => {
      await Promise.resolve();
      if (!isFailing) return;
      isFailing = false;
      throw new Error("EIO");
    };
    return Promise.resolve({
      open: async () => {
        last = last === undefined ? await MemoryStorage.open({ sync }) : last.crash();
        return last;
      },
      crash: async () => {},
      failNext: () => {
        isFailing = true;
      },
      close: async () => {},
    });
  },
};
