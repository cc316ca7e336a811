import { mkdir, open, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Ending } from "../ground/children.ts";
import type { Ground } from "../ground/ground.ts";
import type { NodePlan, System } from "./system.ts";

const pollMs = 10;
const wholeTimeoutMs = 60_000;
const complaintLines = 5;

export interface ClusterOptions {
  readonly nodes: number;
  readonly allowsLease: boolean;
  /** Of the directory that it is laid in; no other has it. */
  readonly name: string;
}

/** A node whose process runs. */
export interface RunningNode {
  readonly id: string;
  readonly url: string;
  readonly pid: number;
}

interface Running extends RunningNode {
  readonly ended: Promise<Ending>;
  readonly kill: () => void;
}

/** Real processes of one system on this machine. */
export class Cluster {
  readonly system: System;
  readonly #ground: Ground;
  readonly #directory: string;
  readonly #plans: readonly NodePlan[];
  readonly #running = new Map<string, Running>();
  /** Of a node that has ended by itself. */
  #failure: Error | undefined;

  private constructor(system: System, ground: Ground, directory: string, plans: readonly NodePlan[]) {
    this.system = system;
    this.#ground = ground;
    this.#directory = directory;
    this.#plans = plans;
  }

  /** Resolves when all of it serves. */
  static async open(system: System, ground: Ground, { nodes, allowsLease, name }: ClusterOptions): Promise<Cluster> {
    const directory = join(ground.directory, name);
    await mkdir(directory);
    const plans = await system.lay({ nodes, directory, allowsLease });
    const cluster = new Cluster(system, ground, directory, plans);
    for (const { id } of plans) await cluster.start(id);
    await cluster.whole();
    return cluster;
  }

  get nodes(): readonly RunningNode[] {
    return [...this.#running.values()];
  }

  /** Of all nodes, be they up or not. */
  get urls(): readonly string[] {
    return this.#plans.map(({ url }) => url);
  }

  /** Resolves when its process runs: not yet when it serves. */
  async start(id: string): Promise<void> {
    const plan = this.#plans.find((each) => each.id === id);
    if (plan === undefined || this.#running.has(id)) throw new TypeError(`id: ${id} is no node that is down`);
    await using log = await open(this.#logOf(id), "a");
    const { environment: env = process.env, command, args, url } = plan;
    const { child, ended } = this.#ground.children.start(command, args, { stdio: ["ignore", log.fd, log.fd], env });
    const node = { id, url, pid: child.pid ?? 0, ended, kill: () => void child.kill("SIGKILL") };
    this.#running.set(id, node);
    void this.#watch(node);
  }

  /** As `kill -9`. The signal is sent before this returns; resolves when the process has ended. */
  async kill(id: string): Promise<void> {
    const node = this.#running.get(id);
    if (node === undefined) throw new TypeError(`id: ${id} is no node that is up`);
    this.#running.delete(id);
    node.kill();
    await node.ended;
  }

  /**
   * Resolves with the leader when every node is up, knows it, and has applied what the leader had applied when this was
   * called. Rejects when that takes a minute, or a node has ended.
   */
  async whole(): Promise<RunningNode> {
    const { signal } = this.#ground;
    const untilMs = performance.now() + wholeTimeoutMs;
    let wantedIndex: number | undefined;
    for (;;) {
      signal.throwIfAborted();
      if (this.#failure !== undefined) throw this.#failure;
      const { nodes } = this;
      const statuses = await Promise.all(nodes.map(({ url }) => this.system.statusOf(url)));
      const at = statuses.findIndex((status) => status?.isLeader);
      const leader = statuses[at];
      const [node] = nodes.slice(at);
      if (leader !== undefined && node !== undefined && nodes.length === this.#plans.length) {
        const wanted = (wantedIndex ??= leader.appliedIndex);
        const isWhole = statuses.every(
          (status) => status !== undefined && status.leader === leader.leader && status.appliedIndex >= wanted,
        );
        if (isWhole) return node;
      }
      if (performance.now() > untilMs) throw await this.#notWhole();
      await pause(pollMs);
    }
  }

  /** All processes are gone, and what they have written is left to the ground. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((id) => this.kill(id)));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #logOf(id: string): string {
    return join(this.#directory, `${id}.log`);
  }

  async #watch(node: Running): Promise<void> {
    const how = await node.ended.then(
      ({ code, signal }) => signal ?? `exit code ${code}`,
      (error: unknown) => String(error),
    );
    if (this.#running.get(node.id) !== node) return;
    this.#running.delete(node.id);
    const said = await this.#lastOf(node.id);
    this.#failure ??= new Error(`${this.system.name} ${node.id} has ended by itself: ${how}${said}`);
  }

  async #notWhole(): Promise<Error> {
    const said = await Promise.all(this.#plans.map(async ({ id }) => `\n${id}:${await this.#lastOf(id)}`));
    return new Error(`${this.system.name} was not whole within ${wholeTimeoutMs} ms${said.join("")}`);
  }

  /** The end of its log. */
  async #lastOf(id: string): Promise<string> {
    const text = await readFile(this.#logOf(id), "utf8").catch((error: unknown) => String(error));
    return ["", ...text.trimEnd().split("\n").slice(-complaintLines)].join("\n");
  }
}
