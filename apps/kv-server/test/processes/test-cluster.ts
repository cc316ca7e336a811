import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeProcess } from "../../src/demo/node-process.ts";
import { host } from "../../src/demo/layout.ts";
import type { NodePlace } from "../../src/demo/layout.ts";
import { leaderAmong, viewOf } from "../../src/demo/cluster-view.ts";
import { call } from "../http/client.ts";
import type { CallOptions, Reply } from "../http/client.ts";
import { freePorts } from "./ports.ts";
import { until } from "./until.ts";

/** One server process of a test: it can be killed and started again. */
export class TestNode {
  readonly place: NodePlace;
  readonly #members: string;
  readonly #flags: readonly string[];
  #process: NodeProcess | undefined;

  constructor(place: NodePlace, members: string, flags: readonly string[]) {
    this.place = place;
    this.#members = members;
    this.#flags = flags;
  }

  get id(): string {
    return this.place.id;
  }

  get isUp(): boolean {
    return this.#process !== undefined;
  }

  get pid(): number {
    return this.#process?.pid ?? 0;
  }

  async start(): Promise<void> {
    const node = NodeProcess.start(this.place, this.#members, this.#flags);
    this.#process = node;
    const early = await Promise.race([node.serving.then(() => undefined), node.ended]);
    if (early !== undefined) throw new Error(`${this.id} did not start: ${early.complaint}`);
  }

  /** As `kill -9` does. */
  async kill(): Promise<void> {
    this.#process?.kill();
    await this.#process?.ended;
    this.#process = undefined;
  }

  async stop(): Promise<void> {
    await this.#process?.stop();
    this.#process = undefined;
  }

  call(method: string, path: string, options: CallOptions = {}): Promise<Reply> {
    return call(this.place.url, method, path, options);
  }

  async status(): Promise<{ readonly role: string; readonly leader: { readonly id: string } | null }> {
    const reply = await this.call("GET", "/v1/status");
    return JSON.parse(reply.text) as { role: string; leader: { id: string } | null };
  }
}

export class TestCluster {
  readonly directory: string;
  readonly nodes: readonly TestNode[];

  private constructor(directory: string, nodes: readonly TestNode[]) {
    this.directory = directory;
    this.nodes = nodes;
  }

  /** Starts `count` nodes on free ports, their data in a temporary directory. */
  static async start(count: number, flags: readonly string[] = []): Promise<TestCluster> {
    const cluster = await TestCluster.lay(count, flags);
    await Promise.all(cluster.nodes.map((node) => node.start()));
    return cluster;
  }

  /** The same with no node started. */
  static async lay(count: number, flags: readonly string[] = []): Promise<TestCluster> {
    const directory = await mkdtemp(join(tmpdir(), "quorate-cluster-"));
    const ports = await freePorts(2 * count);
    const places = Array.from({ length: count }, (_, i): NodePlace => {
      const id = `n${i + 1}`;
      const [clientPort = 0, peerPort = 0] = ports.slice(2 * i);
      return { id, directory: join(directory, id), clientPort, peerPort, url: `http://${host}:${clientPort}` };
    });
    const members = places.map((place) => `${place.id}=${host}:${place.peerPort}`).join(",");
    const nodes = places.map((place) => new TestNode(place, members, ["--log-level", "warn", ...flags]));
    return new TestCluster(directory, nodes);
  }

  get up(): readonly TestNode[] {
    return this.nodes.filter((node) => node.isUp);
  }

  /** The leader, as soon as there is one that is up and that a majority of the nodes follows. */
  leader(): Promise<TestNode> {
    return until("a leader", async () => {
      const leader = leaderAmong(await Promise.all(this.up.map((node) => viewOf(node.place))));
      return this.up.find((node) => node.id === leader?.place.id);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    await rm(this.directory, { recursive: true, force: true });
  }
}
