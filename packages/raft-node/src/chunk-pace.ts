/** What a transfer begins with, and never goes below: it tells how long the way is. */
const CHUNK_BYTES_MIN = 8 * 1024;

export interface ChunkPaceOptions {
  readonly bytesMax: number;
  /** What a chunk may hold up whatever comes behind it on the same link. */
  readonly delayMsMax: number;
}

/** By what chunks grow: fast until one was too large for the first time, then with care. */
const FAST = 2;
const SLOW = 1.1;

/**
 * How large the next chunk of a snapshot may be, so that it leaves no heartbeat waiting behind it for long. A chunk is
 * asked for when the one before has arrived, so how long that took, beyond what the fastest one took, tells how much the
 * link carries. A long way or a slow disk does not make chunks smaller: it takes its time with the smallest, too.
 */
export class ChunkPace {
  readonly #options: ChunkPaceOptions;
  #bytes: number;
  #growth = FAST;
  #fastestMs = Infinity;
  #sent: { readonly endBytes: number; readonly atMs: number } | undefined;

  constructor(options: ChunkPaceOptions) {
    this.#options = options;
    this.#bytes = Math.min(CHUNK_BYTES_MIN, options.bytesMax);
  }

  /** What is at `offsetBytes` is asked for. */
  next(offsetBytes: number, nowMs: number): number {
    const sent = this.#sent;
    this.#sent = undefined;
    if (sent?.endBytes === offsetBytes) this.#arrived(nowMs - sent.atMs);
    // Asked for anew: what was sent is lost, or has taken too long.
    else if (sent) this.#shrink(this.#bytes / 2);
    return this.#bytes;
  }

  sent(endBytes: number, nowMs: number): void {
    this.#sent = { endBytes, atMs: nowMs };
  }

  #arrived(tookMs: number): void {
    this.#fastestMs = Math.min(this.#fastestMs, tookMs);
    const { delayMsMax } = this.#options;
    const delayMs = tookMs - this.#fastestMs;
    if (delayMs > delayMsMax) this.#shrink((this.#bytes * delayMsMax) / delayMs);
    else if (delayMs < delayMsMax / 2) this.#limit(this.#bytes * this.#growth);
  }

  #shrink(bytes: number): void {
    this.#growth = SLOW;
    this.#limit(bytes);
  }

  #limit(bytes: number): void {
    const { bytesMax } = this.#options;
    this.#bytes = Math.min(Math.max(Math.floor(bytes), CHUNK_BYTES_MIN), bytesMax);
  }
}
