import { openSettings } from "@quorate/drawing";
import { render } from "preact";
import { act } from "preact/test-utils";
import { App } from "../../../src/page/app.tsx";
import { AppState } from "../../../src/page/state/app-state.ts";
import type { ClusterMessage, NodeReport } from "../../../src/report/index.ts";
import { originOf } from "./reports.ts";
import { FakeStreams } from "./streams.ts";

/** A request that the page has made. */
export interface Asked {
  readonly url: string;
  readonly method: string;
  readonly body: unknown;
}

/** The page in a document of its own, on servers, a clock and answers that a test makes. */
export class TestPage {
  readonly streams: FakeStreams = new FakeStreams();
  readonly asked: Asked[] = [];
  /** The origins that the page has tried to ask. */
  readonly tried: string[] = [];
  readonly frame: HTMLElement = document.createElement("div");
  readonly app: AppState;
  /** What the servers answer. */
  answer: (asked: Asked) => Response = () => Response.json({ revision: 0, kvs: [], more: false });
  nowMs = 1000;
  #refuse: (origin: string) => void = () => undefined;

  constructor() {
    localStorage.clear();
    document.body.replaceChildren(this.frame);
    this.app = new AppState(openSettings("quorate-dashboard"), {
      home: originOf("n1"),
      openStream: this.streams.open,
      policy: {
        try: (origin) => void this.tried.push(origin),
        onRefusal: (refused) => (this.#refuse = refused),
      },
      fetch: (url, init) => {
        const asked = { url, method: init.method ?? "GET", body: init.body };
        this.asked.push(asked);
        return Promise.resolve(this.answer(asked));
      },
      nowMs: () => this.nowMs,
      wallMs: () => 1_700_000_000_000 + this.nowMs,
      random: () => 1,
    });
  }

  async open(): Promise<void> {
    await act(() => render(<App app={this.app} />, this.frame));
  }

  async close(): Promise<void> {
    this.app.close();
    await act(() => render(null, this.frame));
  }

  /** Does something, and lets everything that follows from it come about. */
  async follow(action: () => unknown): Promise<void> {
    await act(async () => void (await action()));
  }

  /** The policy keeps the page from asking that server. */
  async refuse(origin: string): Promise<void> {
    await this.follow(() => this.#refuse(origin));
  }

  /** A server says something to whoever listens. */
  async say(id: string, ...messages: readonly ClusterMessage[]): Promise<void> {
    await this.follow(() => messages.forEach((message) => this.streams.say(originOf(id), message)));
  }

  async report(id: string, ...reports: readonly NodeReport[]): Promise<void> {
    await this.say(id, ...reports.map((report): ClusterMessage => ({ type: "node", report })));
  }

  /** Time passes while nobody says anything. */
  async pass(ms: number): Promise<void> {
    await this.follow(() => {
      for (const endMs = this.nowMs + ms; this.nowMs < endMs;) {
        this.nowMs += 100;
        this.app.tick();
      }
    });
  }

  find(selector: string): HTMLElement {
    const found = this.frame.querySelector<HTMLElement>(selector);
    if (found === null) throw new Error(`nothing is ${selector}`);
    return found;
  }

  has(selector: string): boolean {
    return this.frame.querySelector(selector) !== null;
  }

  text(selector: string): string {
    return this.find(selector).textContent.trim();
  }

  /** The button with that name, by its label or its text. */
  button(name: string): HTMLButtonElement {
    const buttons = [...this.frame.querySelectorAll("button")];
    const found = buttons.find((button) => (button.getAttribute("aria-label") ?? button.textContent.trim()) === name);
    if (found === undefined) throw new Error(`no button is called ${name}`);
    return found;
  }

  async click(name: string): Promise<void> {
    await this.follow(() => this.button(name).click());
  }

  /** Types into a field, or chooses. */
  async enter(selector: string, value: string): Promise<void> {
    const field = this.find(selector);
    if (!(field instanceof HTMLInputElement || field instanceof HTMLSelectElement)) throw new Error("no field");
    await this.follow(() => {
      field.value = value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    });
  }
}
