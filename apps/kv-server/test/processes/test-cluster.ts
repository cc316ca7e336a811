import { mkdtemp, readFile, rm } from "node:fs/promises";
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

/** One server process of a test: it can be killed and started again, with the same flags or with others. */
export class TestNode {
  readonly place: NodePlace;
  readonly #flags: readonly string[];
  #process: NodeProcess | undefined;

  constructor(place: NodePlace, flags: readonly string[]) {
    this.place = place;
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

  get address(): string {
    return `${host}:${this.place.peerPort}`;
  }

  start(): Promise<void> {
    return this.startAt(this.place);
  }

  /** `more` flags win over those that it has. */
  async startAt(place: NodePlace, more: readonly string[] = []): Promise<void> {
    const node = NodeProcess.start(place, [...this.#flags, ...more]);
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

  /** With SIGTERM; it is to end in order. */
  async terminate(): Promise<void> {
    const node = this.#process;
    if (node === undefined) return;
    process.kill(node.pid, "SIGTERM");
    const { code, signal } = await node.ended;
    this.#process = undefined;
    if (code !== 0) throw new Error(`${this.id} ended with ${signal ?? code} on SIGTERM`);
  }

  /** As if it had been given a new disk. */
  async wipe(): Promise<void> {
    await this.kill();
    await rm(this.place.directory, { recursive: true, force: true });
  }

  /** What it has logged since its disk was new, line by line. */
  async log(): Promise<string> {
    return readFile(join(this.place.directory, "server.log"), "utf8");
  }

  call(method: string, path: string, options: CallOptions = {}): Promise<Reply> {
    return call(this.place.url, method, path, options);
  }

  async status(): Promise<TestStatus> {
    const reply = await this.call("GET", "/v1/status");
    return JSON.parse(reply.text) as TestStatus;
  }
}

export interface TestStatus {
  readonly role: string;
  readonly term: number;
  readonly leader: { readonly id: string } | null;
  readonly members: readonly { readonly id: string; readonly address: string; readonly voter: boolean }[];
  readonly isForgotten: boolean;
  readonly remedy?: string;
  readonly appliedIndex: number;
}

export class TestCluster {
  readonly directory: string;
  readonly nodes: TestNode[];
  readonly #flags: readonly string[];

  private constructor(directory: string, nodes: TestNode[], flags: readonly string[]) {
    this.directory = directory;
    this.nodes = nodes;
    this.#flags = flags;
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
    const ids = Array.from({ length: count }, (_, i) => `n${i + 1}`);
    const places = await placesFor(directory, ids);
    const members = places.map((place) => `${place.id}=${host}:${place.peerPort}`).join(",");
    const all = ["--log-level", "warn", ...flags];
    const nodes = places.map((place) => new TestNode(place, [...all, "--bootstrap", "--members", members]));
    return new TestCluster(directory, nodes, all);
  }

  /** One more node, not started, which joins through one of the others. */
  async newcomer(id: string, through: TestNode, flags: readonly string[] = []): Promise<TestNode> {
    const [place] = await placesFor(this.directory, [id]);
    if (place === undefined) throw new Error("there is a place for each id");
    const address = `${host}:${place.peerPort}`;
    const node = new TestNode(place, [...this.#flags, "--join", through.place.url, "--address", address, ...flags]);
    this.nodes.push(node);
    return node;
  }

  /** The node is gone for good. */
  async discard(node: TestNode): Promise<void> {
    await node.wipe();
    this.nodes.splice(this.nodes.indexOf(node), 1);
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

  /** The leader, as soon as every node that is up knows it. */
  agreedLeader(): Promise<TestNode> {
    return until("a leader that every node knows", async () => {
      const known = await Promise.all(this.up.map(async (node) => (await node.status()).leader?.id));
      return new Set(known).size === 1 && this.up.find((node) => node.id === known[0]);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    await rm(this.directory, { recursive: true, force: true });
  }
}

async function placesFor(directory: string, ids: readonly string[]): Promise<readonly NodePlace[]> {
  const ports = await freePorts(2 * ids.length);
  return ids.map((id, i) => {
    const [clientPort = 0, peerPort = 0] = ports.slice(2 * i);
    return { id, directory: join(directory, id), clientPort, peerPort, url: `http://${host}:${clientPort}` };
  });
}
