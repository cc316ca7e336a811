import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { bring } from "../../src/nodes/members.ts";
import type { Standing } from "../../src/nodes/members.ts";
import { Node } from "../../src/nodes/node.ts";

const watcher = { gaveUp: () => undefined, ended: () => undefined };
const options = { within: ["true"] as const, flags: [], directory: "", compileCache: "" };
const waitMs = 20_000;

/** One that seems to be up, or to stand still, with no process. */
class NodeAt extends Node {
  readonly #isStill: boolean;

  constructor(url: string, isStill = false) {
    super("n1", url, options, watcher);
    this.#isStill = isStill;
  }

  override get isUp(): boolean {
    return true;
  }

  override get isPaused(): boolean {
    return this.#isStill;
  }
}

/** A cluster in which n2 stands so, that refuses every second change. */
class FakeMembers implements AsyncDisposable {
  standing: Standing;
  readonly asked: string[] = [];
  readonly #server = createServer((request, response) => {
    const answer = (status: number, body: object): void => void response.writeHead(status).end(JSON.stringify(body));
    const path = (request.url ?? "").replace("/v1/cluster/members", "");
    if (request.method === "GET") return answer(200, { members: this.#members });
    this.asked.push(`${request.method} ${path}`);
    if (this.asked.length % 2 === 1) return answer(409, { code: "MEMBERSHIP_PENDING", outcome: "not-applied" });
    if (request.method === "DELETE") this.standing = "outsider";
    else this.standing = path.endsWith("/demote") ? "learner" : "voter";
    return answer(200, {});
  });

  private constructor(standing: Standing) {
    this.standing = standing;
  }

  static async open(standing: Standing): Promise<FakeMembers> {
    const cluster = new FakeMembers(standing);
    await once(cluster.#server.listen(0, "127.0.0.1"), "listening");
    return cluster;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get #members(): readonly object[] {
    const n2 = { id: "n2", voter: this.standing === "voter" };
    return [{ id: "n1", voter: true }, ...(this.standing === "outsider" ? [] : [n2])];
  }
}

describe("a member is brought", () => {
  test.each<[Standing, Standing, string]>([
    ["voter", "learner", "POST /n2/demote"],
    ["learner", "voter", "POST /n2/promote"],
    ["voter", "outsider", "DELETE /n2"],
    ["outsider", "voter", "POST "],
  ])("from %s to %s, asking again where that is refused", async (from, to, request) => {
    await using cluster = await FakeMembers.open(from);
    // Nobody is at the first one; the second would do it late.
    const nodes = [new NodeAt("http://127.0.0.1:1"), new NodeAt(cluster.url, true), new NodeAt(cluster.url)];
    expect(await bring(nodes, "n2", to, AbortSignal.timeout(waitMs))).toBe(true);
    expect(cluster.standing).toBe(to);
    expect(cluster.asked).toEqual([request, request]);
  });

  test("nowhere if it stands so already, and not for ever", async () => {
    await using cluster = await FakeMembers.open("voter");
    expect(await bring([new NodeAt(cluster.url)], "n2", "voter", AbortSignal.timeout(waitMs))).toBe(true);
    expect(await bring([new NodeAt(cluster.url, true)], "n2", "learner", AbortSignal.timeout(300))).toBe(false);
    expect(cluster.asked).toEqual([]);
  });
});
