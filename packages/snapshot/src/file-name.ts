import type { Snapshot } from "@quorate/raft-core";

const FINISHED = /^snapshot-(\d{16})-(\d{16})-[0-9a-f]{8}-\d+$/;
const TEMPORARY = /^snapshot-\d{16}-\d{16}\.\d+\.tmp$/;

/** Made of numbers only, whatever a peer says, and sorted by index, then term. */
export function finishedName({ index, term, checksum, sizeBytes }: Snapshot): string {
  return `snapshot-${digits(index)}-${digits(term)}-${checksum.toString(16).padStart(8, "0")}-${sizeBytes}`;
}

export function temporaryName(index: number, term: number, serial: number): string {
  return `snapshot-${digits(index)}-${digits(term)}.${serial}.tmp`;
}

export function isFinished(name: string): boolean {
  return FINISHED.test(name);
}

export function isTemporary(name: string): boolean {
  return TEMPORARY.test(name);
}

function digits(value: number): string {
  return String(value).padStart(16, "0");
}
