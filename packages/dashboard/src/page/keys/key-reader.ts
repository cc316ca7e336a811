import { type Signal, signal } from "@preact/signals";
import { RequestError } from "../requests/request.ts";
import type { AppState } from "../state/app-state.ts";
import { type Consistency, type KeyPage, readKeys } from "./read-keys.ts";

/** What the server has answered, and where its page begins. */
export interface KeysShown {
  readonly prefix: string;
  readonly isFirst: boolean;
  readonly page: KeyPage;
  /** When it was read, by the page's wall clock. */
  readonly atMs: number;
}

const KEYS_A_PAGE = 20;

/** Reads keys page by page, and keeps what was answered last. */
export class KeyReader {
  readonly consistency: Signal<Consistency> = signal<Consistency>("linearizable");
  readonly shown: Signal<KeysShown | undefined> = signal(undefined);
  readonly failure: Signal<RequestError | undefined> = signal(undefined);
  readonly isReading: Signal<boolean> = signal(false);
  readonly #app: AppState;

  constructor(app: AppState) {
    this.#app = app;
  }

  /** The page behind a key, or the first one. Whatever goes wrong is in `failure`. */
  async read(prefix: string, behind?: string): Promise<void> {
    if (this.isReading.peek()) return;
    this.isReading.value = true;
    this.failure.value = undefined;
    try {
      const question = { prefix, behind, consistency: this.consistency.peek(), limit: KEYS_A_PAGE };
      const page = await readKeys(this.#app.fetch, this.#app.origin, question);
      this.shown.value = { prefix, isFirst: behind === undefined, page, atMs: this.#app.wallMs };
    } catch (error) {
      this.failure.value = error instanceof RequestError ? error : new RequestError(String(error), { cause: error });
    } finally {
      this.isReading.value = false;
    }
  }
}
