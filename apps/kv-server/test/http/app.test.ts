import { afterAll, beforeAll, describe } from "vitest";
import { httpContract, sizeContract } from "./contract.ts";
import { openFakeServer } from "./fake-node.ts";
import type { FakeServer } from "./fake-node.ts";

describe("the HTTP interface over a fake node", () => {
  let server: FakeServer;
  const valueBytesMax = 1024 * 1024;
  beforeAll(async () => {
    server = await openFakeServer({ valueBytesMax });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  httpContract(() => server);
  sizeContract(() => server, valueBytesMax);
});
