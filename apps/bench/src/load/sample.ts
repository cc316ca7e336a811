import { Latencies } from "../report/latencies.ts";

/**
 * One operation. In a file of samples it takes 16 bytes, little-endian: a float64 of `begunUs`, a uint32 of the
 * microseconds that it took, a uint32: 0 where it succeeded, 1 where it failed, 2 where it was not begun.
 */
export interface Sample {
  /** On the clock that all processes of a machine share; with a pace, when it was due. */
  readonly begunUs: number;
  readonly tookUs: number;
  readonly isAcknowledged: boolean;
  /** It was due but not begun, too many being under way: there is nothing that it took. */
  readonly isSkipped?: true;
}

const sampleBytes = 16;
const outcomes = { succeeded: 0, failed: 1, skipped: 2 } as const;
const skipped = { isSkipped: true } as const;
const samplesMin = 4096;

const clockOffsetUs = Number(process.hrtime.bigint()) / 1000 - performance.now() * 1000;

/** CLOCK_MONOTONIC, in microseconds: the same in every process of this machine. */
export function monotonicUs(): number {
  return performance.now() * 1000 + clockOffsetUs;
}

/** Collects samples in as little memory, and as little time, as can be. */
export class Samples {
  #view = new DataView(new ArrayBuffer(samplesMin * sampleBytes));
  #count = 0;

  add(begunUs: number, tookUs: number, isAcknowledged: boolean): void {
    this.#append(begunUs, tookUs, isAcknowledged ? outcomes.succeeded : outcomes.failed);
  }

  /** An operation that was due and is not begun. */
  omit(dueUs: number): void {
    this.#append(dueUs, 0, outcomes.skipped);
  }

  /** What a file of samples holds. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#view.buffer, 0, this.#count * sampleBytes);
  }

  #append(begunUs: number, tookUs: number, outcome: number): void {
    if ((this.#count + 1) * sampleBytes > this.#view.byteLength) this.#grow();
    const offset = this.#count * sampleBytes;
    this.#view.setFloat64(offset, begunUs, true);
    this.#view.setUint32(offset + 8, Math.round(tookUs), true);
    this.#view.setUint32(offset + 12, outcome, true);
    this.#count += 1;
  }

  #grow(): void {
    const grown = new Uint8Array(2 * this.#view.byteLength);
    grown.set(new Uint8Array(this.#view.buffer));
    this.#view = new DataView(grown.buffer);
  }
}

/** In the order in which they ended. */
export function* samplesOf(bytes: Uint8Array): Generator<Sample> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset + sampleBytes <= bytes.length; offset += sampleBytes) {
    const outcome = view.getUint32(offset + 12, true);
    yield {
      begunUs: view.getFloat64(offset, true),
      tookUs: view.getUint32(offset + 8, true),
      isAcknowledged: outcome === outcomes.succeeded,
      ...(outcome === outcomes.skipped ? skipped : {}),
    };
  }
}

export interface Throughput {
  /** Operations that have succeeded. */
  readonly acknowledged: number;
  readonly failed: number;
  /** From the first begin to the last end, of those that succeeded. */
  readonly seconds: number;
  /** Of those that succeeded. */
  readonly latencies: Latencies;
}

export function throughputOf(samples: Iterable<Sample>): Throughput {
  const latencies = new Latencies();
  let [acknowledged, failed, firstUs, lastUs] = [0, 0, Infinity, -Infinity];
  for (const { begunUs, tookUs, isAcknowledged } of samples) {
    if (!isAcknowledged) {
      failed += 1;
      continue;
    }
    acknowledged += 1;
    firstUs = Math.min(firstUs, begunUs);
    lastUs = Math.max(lastUs, begunUs + tookUs);
    latencies.record(tookUs / 1000);
  }
  return { acknowledged, failed, seconds: acknowledged === 0 ? 0 : (lastUs - firstUs) / 1e6, latencies };
}
