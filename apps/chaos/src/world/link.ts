import { connect, createServer } from "node:net";
import type { Server, Socket } from "node:net";
import { linkPort, nodeAddress, numberOf, pairAddress, peerPort } from "./addresses.ts";
import { Pump, plainTraits } from "./pump.ts";
import type { LinkTraits } from "./pump.ts";

const connectionsMax = 256;

interface Crossing {
  readonly near: Socket;
  readonly far: Socket;
  readonly pumps: readonly [Pump, Pump];
}

/**
 * The way from one node to another, for the connections that the first one makes: a TCP proxy at the hub, since this is
 * where delay, loss and half-open connections can be made without help from the kernel. Bytes in both directions of such a
 * connection meet the same traits.
 */
export class Link {
  readonly from: string;
  readonly to: string;
  readonly #server: Server;
  readonly #crossings = new Set<Crossing>();
  readonly #traits = new Set<Partial<LinkTraits>>();
  #current: LinkTraits = plainTraits;

  private constructor(from: string, to: string) {
    this.from = from;
    this.to = to;
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.#cross(near));
    this.#server.maxConnections = connectionsMax;
  }

  static async open(from: string, to: string): Promise<Link> {
    const link = new Link(from, to);
    const [host, port] = [pairAddress(numberOf(from), numberOf(to)), linkPort(numberOf(from), numberOf(to))];
    await new Promise<void>((resolve, reject) => {
      link.#server.once("error", reject).listen({ host, port }, () => resolve());
    });
    return link;
  }

  /** How many connections go over it now. */
  get connections(): number {
    return this.#crossings.size;
  }

  /** `traits` count until what is returned is called. Of several the worse counts, one by one. */
  worsen(traits: Partial<LinkTraits>): () => void {
    this.#traits.add(traits);
    this.#current = worstOf([...this.#traits]);
    return () => {
      this.#traits.delete(traits);
      this.#current = worstOf([...this.#traits]);
    };
  }

  /** Bytes on the present connections vanish; they break when what is returned is called. */
  swallow(): () => void {
    const dead = [...this.#crossings];
    for (const { pumps } of dead) for (const pump of pumps) pump.isSwallowing = true;
    return () => {
      for (const { near, far } of dead) {
        near.resetAndDestroy();
        far.resetAndDestroy();
      }
    };
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const { near, far } of this.#crossings) {
      near.destroy();
      far.destroy();
    }
    await closed;
  }

  #cross(near: Socket): void {
    const [a, b] = [numberOf(this.from), numberOf(this.to)];
    const place = { host: nodeAddress(b), port: peerPort, localAddress: pairAddress(a, b) };
    const far = connect({ ...place, allowHalfOpen: true, noDelay: true });
    const traits = (): LinkTraits => this.#current;
    const crossing = { near, far, pumps: [new Pump(near, far, traits), new Pump(far, near, traits)] } as const;
    this.#crossings.add(crossing);
    const over = (other: Socket) => (): void => {
      this.#crossings.delete(crossing);
      if (!crossing.pumps[0].isSwallowing) other.destroy();
    };
    // What a socket complains of is that it is gone, which `close` says as well.
    near.on("error", () => far.resetAndDestroy()).on("close", over(far));
    far.on("error", () => near.resetAndDestroy()).on("close", over(near));
  }
}

function worstOf(all: readonly Partial<LinkTraits>[]): LinkTraits {
  const worst = { ...plainTraits };
  for (const each of all) {
    const traits = { ...plainTraits, ...each };
    worst.delayMs = Math.max(worst.delayMs, traits.delayMs);
    worst.jitterMs = Math.max(worst.jitterMs, traits.jitterMs);
    worst.bytesPerSecond = Math.min(worst.bytesPerSecond, traits.bytesPerSecond);
    worst.stallRate = Math.max(worst.stallRate, traits.stallRate);
    worst.stallMs = Math.max(worst.stallMs, traits.stallMs);
    worst.breakRate = Math.max(worst.breakRate, traits.breakRate);
  }
  return worst;
}
