import { afterAll, beforeAll } from "vitest";
import { temporaryDirectory } from "./temporary-directory.ts";

/** Where a log of the tests of a file is to be, one after the other; its directory is removed behind the last. */
export function temporaryLog(): () => string {
  let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
  beforeAll(async () => {
    directory = await temporaryDirectory();
  });
  afterAll(() => directory.remove());
  return () => `${directory.path}/log`;
}
