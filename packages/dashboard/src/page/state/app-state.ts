import { type ReadonlySignal, type Signal, computed, signal } from "@preact/signals";
import { type ClusterView, type DrawingTexts, type Settings, chineseDrawing, englishDrawing } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import { clusterMessageSchema } from "../../report/index.ts";
import { History } from "../charts/history.ts";
import { Sampler } from "../charts/measures.ts";
import type { Fetch } from "../requests/request.ts";
import { chinese } from "../text/chinese.ts";
import { type Texts, english } from "../text/english.ts";
import { Format } from "../text/format.ts";
import { type ClusterState, afterMessage, allLost, lost, nothingKnown } from "./cluster.ts";
import { clusterViewOf, hasRunningTimer } from "./cluster-view.ts";
import { Connection, type ConnectionState, type OpenStream } from "./connection.ts";
import type { Policy } from "./policy.ts";

/** What the page stands on. */
export interface Surroundings {
  /** The origin of the server that served the page. */
  readonly home: string;
  readonly openStream: OpenStream;
  readonly policy: Policy;
  readonly fetch: Fetch;
  /** The page's clock, which never goes back. */
  readonly nowMs: () => number;
  readonly wallMs: () => number;
  readonly random: () => number;
}

/** What a dialog is open for. */
export type Asking = { readonly type: "node"; readonly node: NodeId } | { readonly type: "add" };

const SAMPLE_MS = 1000;
const HISTORY_SECONDS = 300;

/** Everything that the page shows. Time passes in `tick`. */
export class AppState {
  readonly settings: Settings;
  readonly fetch: Fetch;
  readonly home: string;
  readonly history: History = new History(HISTORY_SECONDS);
  /** Counts the samples: who draws the history reads it, too. */
  readonly samples: Signal<number> = signal(0);
  readonly nowMs: Signal<number>;
  readonly cluster: Signal<ClusterState>;
  readonly selected: Signal<NodeId | undefined> = signal(undefined);
  readonly asking: Signal<Asking | undefined> = signal(undefined);
  readonly texts: ReadonlySignal<Texts>;
  readonly drawingTexts: ReadonlySignal<DrawingTexts>;
  readonly format: ReadonlySignal<Format>;
  readonly view: ReadonlySignal<ClusterView>;
  readonly connection: ReadonlySignal<ConnectionState>;
  /** Members that were not known when the page was loaded: its policy does not let it ask them. */
  readonly outOfReach: ReadonlySignal<readonly NodeId[]>;
  readonly #connection: Connection;
  readonly #surroundings: Surroundings;
  readonly #sampler = new Sampler();
  readonly #tried = new Set<string>();
  readonly #refused = signal<readonly string[]>([]);
  #sampledMs: number;

  constructor(settings: Settings, surroundings: Surroundings) {
    this.settings = settings;
    this.fetch = surroundings.fetch;
    this.home = surroundings.home;
    this.nowMs = signal(surroundings.nowMs());
    // A wall clock may be set: it is asked once.
    this.cluster = signal({ ...nothingKnown, epochMs: surroundings.wallMs() - surroundings.nowMs() });
    const isChinese = computed(() => settings.language.value === "zh");
    this.texts = computed(() => (isChinese.value ? chinese : english));
    this.drawingTexts = computed(() => (isChinese.value ? chineseDrawing : englishDrawing));
    this.format = computed(() => new Format(settings.language.value));
    this.view = computed(() => {
      const cluster = this.cluster.value;
      // Where no timer runs, nothing of what is drawn moves between two messages.
      return clusterViewOf(cluster, hasRunningTimer(cluster) ? this.nowMs.value : this.nowMs.peek());
    });
    this.#surroundings = surroundings;
    this.#sampledMs = surroundings.nowMs();
    this.#connection = new Connection({
      ...surroundings,
      onMessage: (data) => this.#hear(data),
      onLost: (origin) => this.#lose(origin),
    });
    this.connection = this.#connection.state;
    this.outOfReach = computed(() =>
      this.#refused.value.flatMap((origin) => (origin === this.home ? [] : (this.nodeAt(origin) ?? []))),
    );
    surroundings.policy.onRefusal((origin) => {
      const refused = this.#refused.peek();
      if (!refused.includes(origin)) this.#refused.value = [...refused, origin];
    });
  }

  /** What the page's wall clock showed at the last `tick`, had nobody set it since. */
  get wallMs(): number {
    return this.cluster.peek().epochMs + this.nowMs.peek();
  }

  /** The server that tells about the cluster, and takes the page's requests. */
  get origin(): string {
    const state = this.connection.value;
    return state.type === "live" ? state.origin : this.home;
  }

  /** Whose client address an origin is, in the words of the page. */
  nameOf(origin: string): string {
    return this.nodeAt(origin) ?? new URL(origin).host;
  }

  nodeAt(origin: string): NodeId | undefined {
    const reports = this.cluster.value.nodes.flatMap(({ report }) => report ?? []);
    // The page may have been opened under another name of the same machine.
    const samePort = reports.filter(({ clientUrl }) => portOf(clientUrl) === portOf(origin));
    const same = reports.find(({ clientUrl }) => originOf(clientUrl) === origin);
    return (same ?? (samePort.length === 1 ? samePort[0] : undefined))?.id;
  }

  /** To be called ten times a second. */
  tick(): void {
    const nowMs = this.#surroundings.nowMs();
    this.nowMs.value = nowMs;
    this.#connection.tick();
    // Nobody answers: nothing of what is shown is known to be so any more.
    if (this.connection.peek().type === "lost") this.cluster.value = allLost(this.cluster.peek(), nowMs);
    if (nowMs - this.#sampledMs < SAMPLE_MS) return;
    this.#sampledMs = nowMs;
    const cluster = this.cluster.peek();
    this.history.add((cluster.epochMs + nowMs) / 1000, this.#sampler.sample(cluster));
    this.samples.value += 1;
  }

  close(): void {
    this.#connection.close();
  }

  /** What is no message of this version is passed over: a newer server may say more. */
  #hear(data: string): void {
    const parsed = clusterMessageSchema.safeParse(jsonOf(data));
    if (!parsed.success) return;
    this.cluster.value = afterMessage(this.cluster.peek(), parsed.data, this.#surroundings.nowMs());
    const { nodes } = this.cluster.peek();
    const homeId = this.nodeAt(this.home);
    const origins = nodes
      .flatMap(({ report }) => (report === undefined ? [] : (originOf(report.clientUrl) ?? [])))
      .filter((origin) => this.nodeAt(origin) !== homeId);
    this.#connection.know(
      origins,
      nodes.some(({ id, lostMs }) => id === homeId && lostMs === undefined),
    );
    // Whose own server is not known among the others may be any of them.
    if (homeId !== undefined) for (const origin of origins) this.#try(origin);
  }

  /** Each once: now, and not only when the page needs it. */
  #try(origin: string): void {
    if (this.#tried.has(origin)) return;
    this.#tried.add(origin);
    this.#surroundings.policy.try(origin);
  }

  #lose(origin: string): void {
    const id = this.nodeAt(origin);
    if (id === undefined) return;
    const nowMs = this.#surroundings.nowMs();
    const atMs = this.cluster.peek().epochMs + nowMs;
    const event = {
      id: `page ${atMs}`,
      atMs,
      node: id,
      kind: "unreachable",
      values: { by: "", reason: "gone" },
    } as const;
    this.cluster.value = afterMessage(lost(this.cluster.peek(), id, nowMs), { type: "event", event }, nowMs);
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // As good as a message that is not known.
  }
}

function originOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).origin : undefined;
}

function portOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).port : undefined;
}
