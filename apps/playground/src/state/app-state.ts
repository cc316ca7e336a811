import { type ReadonlySignal, type Signal, computed, effect, signal } from "@preact/signals";
import type { Action, Call, NewLab, Refusal, Violation } from "@quorate/cluster-lab";
import { type ClusterView, type DrawingTexts, type Language, type TimeMark, englishDrawing } from "@quorate/drawing";
import type { NodeId } from "@quorate/raft-core";
import { type Texts, english } from "../i18n/english.ts";
import type { LessonRunner } from "../lessons/runner.ts";
import { startOptions } from "./address.ts";
import { calm } from "./calm.ts";
import { Player } from "./player.ts";
import type { Settings } from "./settings.ts";
import type { Scene } from "./scene.ts";
import { World } from "./world.ts";

export type PanelName = "node" | "cluster" | "clients" | "rules" | "break" | "lesson";

/** What the page tells about what was just done, or could not be. */
export interface Notice {
  readonly text: string;
  readonly isBad: boolean;
}

const ARRIVE_AFTER_MS = 120;
const READ_EVERY_MS = 250;
const CLOCK_EVERY_MS = 80;

/** All that the page's parts share. */
export class AppState {
  readonly settings: Settings;
  readonly world: Signal<Scene>;
  readonly player: Player;
  readonly selected: Signal<NodeId | undefined> = signal("n1");
  /** The entry that is asked about, by its index. */
  readonly entry: Signal<number | undefined> = signal(undefined);
  /** Undefined before anything was chosen: then the page says what it is. */
  readonly panel: Signal<PanelName | undefined> = signal(undefined);
  readonly notice: Signal<Notice | undefined> = signal(undefined);
  readonly highlights: Signal<ReadonlySet<string>> = signal(new Set());
  /** The one that was begun. */
  readonly lesson: Signal<LessonRunner | undefined> = signal(undefined);
  readonly isHelpOpen: Signal<boolean> = signal(false);
  readonly isShareOpen: Signal<boolean> = signal(false);
  readonly view: ReadonlySignal<ClusterView>;
  /** The same, as slowly as somebody can read. */
  readonly calmView: ReadonlySignal<ClusterView>;
  readonly nowMs: ReadonlySignal<number>;
  /** The same, for the eye. */
  readonly clockMs: ReadonlySignal<number>;
  readonly presentMs: ReadonlySignal<number>;
  readonly marks: ReadonlySignal<readonly TimeMark[]>;
  readonly calls: ReadonlySignal<readonly Call[]>;
  readonly violation: ReadonlySignal<Violation | undefined>;
  readonly texts: ReadonlySignal<Texts>;
  readonly drawingTexts: ReadonlySignal<DrawingTexts>;
  readonly #chinese: Signal<{ readonly texts: Texts; readonly drawing: DrawingTexts } | undefined> = signal(undefined);
  #arrival: ReturnType<typeof setTimeout> | undefined;

  constructor(settings: Settings, world: Scene) {
    this.settings = settings;
    this.world = signal(world);
    this.view = computed(() => this.world.value.view.value);
    this.nowMs = computed(() => this.world.value.nowMs.value);
    this.presentMs = computed(() => this.world.value.presentMs.value);
    this.marks = computed(() => this.world.value.marks.value);
    this.calls = computed(() => this.world.value.calls.value);
    this.violation = computed(() => this.world.value.violation.value);
    this.player = new Player(() => this.world.peek());
    this.calmView = calm(this.view, this.player.isPlaying, READ_EVERY_MS);
    this.clockMs = calm(this.nowMs, this.player.isPlaying, CLOCK_EVERY_MS);
    this.texts = computed(() => (this.#speaks("zh") ? this.#chinese.value?.texts : undefined) ?? english);
    this.drawingTexts = computed(
      () => (this.#speaks("zh") ? this.#chinese.value?.drawing : undefined) ?? englishDrawing,
    );
    effect(() => {
      document.title = this.texts.value.title;
      document.documentElement.dataset["highlights"] = [...this.highlights.value].join(" ");
    });
  }

  #speaks(language: Language): boolean {
    return this.settings.language.value === language;
  }

  /** A language other than English is fetched when somebody reads it. */
  async speak(language: Language): Promise<void> {
    if (language === "zh" && this.#chinese.peek() === undefined) {
      const { chinese, chineseDrawing } = await import("../i18n/chinese.ts");
      this.#chinese.value = { texts: chinese, drawing: chineseDrawing };
    }
    this.settings.language.value = language;
  }

  /** Does it and says so if it cannot be done. */
  async act(action: Action): Promise<Refusal | undefined> {
    const world = this.world.peek();
    const refusal = await world.act(action);
    if (refusal === undefined) this.notice.value = undefined;
    else if (world.options === undefined) this.notice.value = { text: this.texts.peek().recording, isBad: true };
    else {
      const { refusalTexts } = await import("../i18n/refusals.ts");
      const text = refusalTexts[this.settings.language.peek()][refusal.key](refusal.node ?? "");
      this.notice.value = { text, isBad: true };
    }
    return refusal;
  }

  select(id: NodeId): void {
    this.selected.value = id;
    this.panel.value ??= "node";
  }

  selectAt(position: number): boolean {
    const id = this.world.peek().ids[position];
    if (id !== undefined) this.select(id);
    return id !== undefined;
  }

  /** Why it is not committed, or that it is. */
  askAbout(index: number): void {
    this.entry.value = index;
    this.panel.value = "node";
  }

  async stepForward(): Promise<void> {
    this.player.pause();
    await this.world.peek().stepForward();
  }

  async stepBack(): Promise<void> {
    this.player.pause();
    await this.world.peek().stepBack();
  }

  /** Goes to the moment after a step. */
  async goToStep(step: number): Promise<void> {
    this.player.pause();
    await this.world.peek().goTo(step);
  }

  /** Shows another moment; what reads the lab itself follows when the reader stays there. */
  seek(atMs: number): void {
    this.player.pause();
    this.world.peek().show(atMs);
    clearTimeout(this.#arrival);
    this.#arrival = setTimeout(() => void this.world.peek().arrive(), ARRIVE_AFTER_MS);
  }

  /** Another cluster in place of this one. */
  replace(world: Scene): void {
    const wasPlaying = this.player.isPlaying.peek();
    this.player.pause();
    this.world.peek().stop();
    this.world.value = world;
    this.notice.value = undefined;
    if (!world.ids.includes(this.selected.peek() ?? "")) this.selected.value = world.ids[0];
    if (wasPlaying) this.player.play();
  }

  async renew(options: NewLab): Promise<void> {
    this.replace(await World.open(options));
  }

  /** Begins a lesson in place of what is there; one that does not exist is none. */
  async openLesson(id: string): Promise<void> {
    const { beginLesson } = await import("../lessons/begin.ts");
    this.closeLesson();
    this.lesson.value = await beginLesson(this, id);
    this.panel.value = "lesson";
  }

  closeLesson(): void {
    this.lesson.peek()?.end();
    this.lesson.value = undefined;
  }

  /** The same cluster with another seed: other timeouts, another history. */
  async startOver(): Promise<void> {
    const { nodes, options } = this.world.peek().session() ?? startOptions;
    const seed = Math.floor(Math.random() * 0xffff_ffff).toString(16);
    await this.renew({ seed, nodes, options });
    this.player.play();
  }
}
