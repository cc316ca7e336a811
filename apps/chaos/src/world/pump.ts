import type { Socket } from "node:net";

/** How a link treats what passes; read anew for every piece. */
export interface LinkTraits {
  readonly delayMs: number;
  readonly jitterMs: number;
  readonly bytesPerSecond: number;
  readonly stallRate: number;
  readonly stallMs: number;
  readonly breakRate: number;
}

export const plainTraits: LinkTraits = {
  delayMs: 0,
  jitterMs: 0,
  bytesPerSecond: Infinity,
  stallRate: 0,
  stallMs: 0,
  breakRate: 0,
};

const waitingBytesMax = 256 * 1024;

interface Piece {
  readonly bytes: Buffer;
  readonly dueMs: number;
}

/** Carries bytes from one socket to another in their order, each piece when it is due. Holds a bounded number of them. */
export class Pump {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #traits: () => LinkTraits;
  readonly #waiting: Piece[] = [];
  #waitingBytes = 0;
  #lastDueMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isEnding = false;
  /** What comes is taken and thrown away. */
  isSwallowing = false;

  constructor(from: Socket, to: Socket, traits: () => LinkTraits) {
    this.#from = from;
    this.#to = to;
    this.#traits = traits;
    from.on("data", (bytes) => this.#take(bytes));
    from.on("end", () => {
      this.#isEnding = true;
      this.#move();
    });
    to.on("drain", () => this.#move());
    from.on("close", () => this.stop());
    to.on("close", () => this.stop());
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
  }

  #take(bytes: Buffer): void {
    if (this.isSwallowing) return;
    const traits = this.#traits();
    if (traits.breakRate > 0 && Math.random() < traits.breakRate) {
      this.#from.resetAndDestroy();
      this.#to.resetAndDestroy();
      return;
    }
    const nowMs = performance.now();
    const stallMs = traits.stallRate > 0 && Math.random() < traits.stallRate ? traits.stallMs : 0;
    const delayMs = traits.delayMs + Math.random() * traits.jitterMs + stallMs;
    const busyMs = (bytes.length / traits.bytesPerSecond) * 1000;
    this.#lastDueMs = Math.max(this.#lastDueMs, nowMs + delayMs) + busyMs;
    this.#waiting.push({ bytes, dueMs: this.#lastDueMs });
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes > waitingBytesMax) this.#from.pause();
    this.#move();
  }

  /** Passes on what is due, as far as the other side takes it, and comes back for the rest. */
  #move(): void {
    clearTimeout(this.#timer);
    const nowMs = performance.now();
    for (let piece = this.#waiting[0]; piece !== undefined; piece = this.#waiting[0]) {
      if (this.#to.destroyed || this.#to.writableNeedDrain) return;
      if (piece.dueMs > nowMs) {
        this.#timer = setTimeout(() => this.#move(), piece.dueMs - nowMs);
        return;
      }
      this.#waiting.shift();
      this.#waitingBytes -= piece.bytes.length;
      if (!this.isSwallowing) this.#to.write(piece.bytes);
      if (this.#waitingBytes <= waitingBytesMax && this.#from.isPaused()) this.#from.resume();
    }
    if (this.#isEnding && !this.#to.destroyed && !this.isSwallowing) this.#to.end();
  }
}
