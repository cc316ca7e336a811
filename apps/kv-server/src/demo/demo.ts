import { setTimeout as pause } from "node:timers/promises";
import Table from "cli-table3";
import { leaderAmong, viewOf } from "./cluster-view.ts";
import type { NodeView } from "./cluster-view.ts";
import { host, placesOf } from "./layout.ts";
import type { NodePlace } from "./layout.ts";
import { NodeProcess } from "./node-process.ts";
import type { Ending } from "./node-process.ts";
import { DemoError } from "./options.ts";
import type { DemoOptions } from "./options.ts";

const leaderTimeoutMs = 30_000;
const pollMs = 250;
const restartAfterMs = 1500;
const startsInVainMax = 3;

/** Several servers as child processes: started together, watched, started again when they die, stopped together. */
export class Demo {
  readonly #options: DemoOptions;
  readonly #places: readonly NodePlace[];
  readonly #flags: readonly string[];
  readonly #processes = new Map<string, NodeProcess>();
  readonly #stopping = new AbortController();
  readonly #stopped = Promise.withResolvers<undefined>();
  readonly #print: (line: string) => void;

  constructor(options: DemoOptions, print: (line: string) => void) {
    this.#options = options;
    this.#places = placesOf(options);
    const members = this.#places.map((place) => `${place.id}=${host}:${place.peerPort}`).join(",");
    // The ports may be others than in an earlier run, of which the data are.
    this.#flags = ["--bootstrap", "--members", members, "--addresses", members];
    this.#print = print;
  }

  /** Resolves when it has been stopped. Rejects, with nothing left running, where the cluster cannot be kept up. */
  async run(): Promise<void> {
    try {
      this.#print(`starting ${this.#places.length} nodes, their files in ${this.#options.data} …`);
      await Promise.all(this.#places.map((place) => this.#start(place)));
      const views = await this.#viewsWithLeader();
      if (views === undefined) return;
      this.#introduce(views);
      await Promise.all([this.#follow(views), ...this.#places.map((place) => this.#keepUp(place))]);
    } finally {
      this.stop();
      await Promise.all([...this.#processes.values()].map((node) => node.stop()));
    }
  }

  stop(): void {
    this.#stopping.abort();
    this.#stopped.resolve(undefined);
  }

  kill(): void {
    for (const node of this.#processes.values()) node.kill();
  }

  async #start(place: NodePlace): Promise<NodeProcess> {
    const node = NodeProcess.start(place, this.#flags);
    this.#processes.set(place.id, node);
    const early = await Promise.race([node.serving.then(() => undefined), node.ended]);
    if (early !== undefined && !this.#stopping.signal.aborted) throw this.#cannotStart(place, early);
    return node;
  }

  #cannotStart(place: NodePlace, { complaint, code, signal }: Ending): DemoError {
    const reason = complaint.replace(/^quorate-server: /, "") || `it ended with ${signal ?? `exit code ${code}`}`;
    return new DemoError(`${place.id} cannot start: ${reason}`);
  }

  /** How the cluster looks once there is a leader; undefined where it was stopped before. */
  async #viewsWithLeader(): Promise<readonly NodeView[] | undefined> {
    const until = performance.now() + leaderTimeoutMs;
    while (!this.#stopping.signal.aborted) {
      const views = await this.#views();
      if (leaderAmong(views) !== undefined) return views;
      if (performance.now() > until) throw new DemoError(`no leader was elected within ${leaderTimeoutMs / 1000} s`);
      await this.#pause(50);
    }
    return undefined;
  }

  /** Shows what was seen with the leader: at another look the lead may be with nobody, for the moment. */
  #introduce(views: readonly NodeView[]): void {
    const table = new Table({ head: ["node", "role", "URL", "pid"], style: { head: [], border: [] } });
    for (const { place, role } of views) {
      table.push([place.id, role, place.url, this.#processes.get(place.id)?.pid ?? ""]);
    }
    const urls = this.#places.map((place) => place.url);
    const [first = "", second = first, third = second] = urls;
    this.#print(table.toString());
    this.#print(`\nDashboard: ${urls[0]}/`);
    this.#print(`
Try:
  curl -X PUT --data-binary hello ${first}/v1/kv/greeting
  curl ${second}/v1/kv/greeting
  curl ${third}/v1/status

Kill a node, the leader best of all, with kill -9 and its pid: the others elect another leader, and it is started again.
Logs are in ${this.#options.data}/n1/server.log and so on. Ctrl-C stops all nodes; their data stay.
`);
  }

  /** Tells of every change of leader, until stopped. */
  async #follow(first: readonly NodeView[]): Promise<void> {
    let told = leadInWords(first);
    this.#tell(told);
    while (!this.#stopping.signal.aborted) {
      const now = leadInWords(await this.#views());
      if (now !== told && !this.#stopping.signal.aborted) this.#tell(now);
      told = now;
      await this.#pause(pollMs);
    }
  }

  /** Starts a node again whenever it has ended, until stopped; gives up on one that does not even begin to serve. */
  async #keepUp(place: NodePlace): Promise<void> {
    for (let inVain = 0; ;) {
      const running = this.#processes.get(place.id);
      const ending = await Promise.race([running?.ended, this.#stopped.promise]);
      if (ending === undefined || this.#stopping.signal.aborted) return;
      const how = ending.signal === null ? `ended with exit code ${ending.code}` : `was killed by ${ending.signal}`;
      this.#tell(`${place.id} (pid ${running?.pid}) ${how}; it is started again in a moment`);
      await this.#pause(restartAfterMs);
      if (this.#stopping.signal.aborted) return;
      try {
        const { pid } = await this.#start(place);
        inVain = 0;
        this.#tell(`${place.id} is back, with pid ${pid}`);
      } catch (error) {
        inVain += 1;
        if (inVain === startsInVainMax) throw error;
      }
    }
  }

  #views(): Promise<NodeView[]> {
    return Promise.all(this.#places.map(viewOf));
  }

  #tell(event: string): void {
    this.#print(`${new Date().toLocaleTimeString("en-GB")}  ${event}`);
  }

  async #pause(ms: number): Promise<void> {
    const { signal } = this.#stopping;
    await pause(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
  }
}

function leadInWords(views: readonly NodeView[]): string {
  const leader = leaderAmong(views);
  return leader === undefined ? "no leader" : `${leader.place.id} leads (term ${leader.term})`;
}
