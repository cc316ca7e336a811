import type { Position } from "@quorate/raft-core";
import { ActiveSegment } from "./active-segment.ts";
import { Batch, type LogChange } from "./batch.ts";
import { type SegmentHeader, encodeHeader } from "./format.ts";
import type { Committer } from "./group-commit.ts";
import { LogIndex } from "./log-index.ts";
import { Outline } from "./outline.ts";
import type { Recovered } from "./recovery.ts";
import type { Segment } from "./segment.ts";
import type { Place } from "./segment-chain.ts";

/** Writes changes to the segments of one log, and knows what is durable in them. One call at a time. */
export class LogWriter implements Committer<LogChange> {
  /** The durable state of the log. */
  readonly outline: Outline;
  readonly index: LogIndex;
  readonly #place: Place;
  readonly #segmentBytes: number;
  #segments: Segment[];
  #active: ActiveSegment;
  /** Segments that are not written to any more, whose handles are still open. */
  #retired: ActiveSegment[] = [];

  constructor(place: Place, segmentBytes: number, recovered: Recovered) {
    this.#place = place;
    this.#segmentBytes = segmentBytes;
    this.outline = recovered.outline;
    this.index = recovered.index;
    this.#segments = [...recovered.segments];
    this.#active = recovered.active;
  }

  /** Begins a log in a directory that has none. */
  static async begin(place: Place, segmentBytes: number): Promise<LogWriter> {
    const outline = new Outline();
    const { hardState, base, last } = outline;
    const header = { ...place.identity, sequence: 1, previousSequence: 0, hardState, base, last };
    const active = await ActiveSegment.create(place, header);
    const writer = new LogWriter(place, segmentBytes, {
      outline,
      index: new LogIndex(),
      segments: [active.segment],
      active,
    });
    try {
      await active.write([encodeHeader(header)], segmentBytes);
      await place.fileSystem.syncDirectory(place.directory);
      return writer;
    } catch (error) {
      await writer.close();
      throw error;
    }
  }

  sizeOf(change: LogChange): number {
    if (change.type !== "append") return 0;
    return change.write.entries.reduce((bytes, entry) => bytes + entry.sizeBytes, 0);
  }

  async commit(changes: readonly LogChange[]): Promise<void> {
    let batch = new Batch(this.outline.lastIndex);
    for (const change of changes) {
      if (change.type !== "reset") {
        batch.add(change);
        continue;
      }
      await this.#write(batch);
      await this.#reset(change.position);
      batch = new Batch(this.outline.lastIndex);
    }
    await this.#write(batch);
  }

  async afterCommit(isIdle: boolean): Promise<void> {
    await this.#closeRetired();
    await this.#removeDead();
    if (isIdle) await this.#active.mark();
  }

  /** Later calls are wrong. */
  async close(): Promise<void> {
    await this.#active.close();
    await this.#closeRetired();
    for (const segment of this.#segments) await segment.closeReader();
  }

  async #closeRetired(): Promise<void> {
    for (const segment of this.#retired.splice(0)) await segment.close();
  }

  async #startSegment(header: SegmentHeader): Promise<void> {
    const next = await ActiveSegment.create(this.#place, header);
    this.#retired.push(this.#active);
    this.#active = next;
    this.#segments.push(next.segment);
  }

  /** One write and one sync for the whole batch; a segment that is full is not written to any more. */
  async #write(batch: Batch): Promise<void> {
    if (batch.isEmpty) return;
    const isFull = this.#active.segment.endBytes >= this.#segmentBytes;
    const header = this.#nextHeader();
    if (isFull) await this.#startSegment(header);
    const { segment } = this.#active;
    const preamble = isFull ? [encodeHeader(header)] : this.#active.preamble();
    const offsetBytes = preamble.reduce((bytes, chunk) => bytes + chunk.length, segment.endBytes);
    await this.#active.write([...preamble, ...batch.chunks], this.#segmentBytes);
    if (isFull) await this.#place.fileSystem.syncDirectory(this.#place.directory);
    batch.publish(this.outline, this.index, { segment, offsetBytes });
  }

  /** A segment that does not follow any other: once it is durable under its name, it is the whole log. */
  async #reset(position: Position): Promise<void> {
    const { index, term } = position;
    const base = { index, term };
    const header = { ...this.#nextHeader(), previousSequence: 0, base, last: base };
    await this.#startSegment(header);
    await this.#active.write([encodeHeader(header)], this.#segmentBytes);
    await this.#place.fileSystem.syncDirectory(this.#place.directory);
    this.outline.reset(base);
    this.index.reset();
  }

  #nextHeader(): SegmentHeader {
    const { sequence } = this.#active.segment;
    const { hardState, base, last } = this.outline;
    return { ...this.#place.identity, sequence: sequence + 1, previousSequence: sequence, hardState, base, last };
  }

  /**
   * Deletes, from the front, the segments that hold no entry of the log any more; what later ones need is in their
   * headers. One that cannot be deleted does no harm, and is tried again with the next change.
   */
  async #removeDead(): Promise<void> {
    let segment = this.#segments[0];
    while (segment !== undefined && segment !== this.#active.segment && !this.index.isUsed(segment)) {
      try {
        await segment.closeReader();
        await this.#place.fileSystem.remove(segment.path);
      } catch (error) {
        this.#place.logger.warn("a segment that is not needed any more cannot be deleted", {
          file: segment.path,
          error,
        });
        return;
      }
      this.#segments.shift();
      segment = this.#segments[0];
    }
  }
}
