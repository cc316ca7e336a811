import { type Mutation, faultsOf } from "./mutation.ts";

/** Snapshot stores: what is durable when, which snapshot is whose, and which may go. */
export const snapshot: readonly Mutation[] = faultsOf("snapshot", [
  {
    file: "file-draft.ts",
    old: "      await this.#file.sync();\n",
    new: "",
    breaks: "a snapshot has its name before its bytes are durable (P40)",
  },
  {
    file: "file-draft.ts",
    old: "      await fileSystem.syncDirectory(directory);\n",
    new: "",
    breaks: "the log is compacted behind a snapshot whose name may be lost (P40)",
  },
  {
    file: "file-draft.ts",
    old: "if (this.#blockUsed > 0) await this.#flush();",
    new: "",
    breaks: "the end of a snapshot is not written",
  },
  {
    file: "file-snapshot-store.ts",
    old: "makeDurableDirectory(fileSystem, directory)",
    new: "fileSystem.makeDirectory(directory)",
    breaks: "every snapshot vanishes with the directory's name (P40)",
  },
  {
    file: "file-snapshot-store.ts",
    old: "    if (isLatest) throw error;\n",
    new: "",
    breaks: "an older snapshot takes the place of a damaged one, in silence",
  },
  {
    file: "file-snapshot-store.ts",
    old: "for (const name of names.filter(isTemporary)) {",
    new: "for (const name of names.filter(() => false)) {",
    breaks: "what interrupted saves leave fills the disk",
  },
  {
    file: "file-medium.ts",
    old: "if (crc32(bytes.subarray(at, at + blockBytes)) !== stored.blockChecksums[block]) {",
    new: "if (block < 0) {",
    breaks: "damaged bytes are sent to followers",
  },
  {
    file: "file-medium.ts",
    old: "if (footAt + footBytes !== fileBytes) {",
    new: "if (footAt + footBytes > Infinity) {",
    breaks: "a snapshot file with foreign bytes in it is accepted",
  },
  {
    file: "snapshot-file.ts",
    old: "if (crc32(bytes.subarray(0, -4)) !== checksum) throw",
    new: "if (crc32(bytes.subarray(0, -4)) < 0) throw",
    breaks: "a damaged index, term or membership is believed (P40)",
  },
  {
    file: "medium-snapshot-store.ts",
    old: "if (draft.checksum !== snapshot.checksum) {",
    new: "if (draft.checksum < 0) {",
    breaks: "a snapshot that was damaged on its way is kept",
  },
  {
    file: "medium-snapshot-store.ts",
    old: "if (offset !== standing) return standing;",
    new: "if (offset > standing) return standing;",
    breaks: "a repeated chunk is stored twice",
  },
  {
    file: "medium-snapshot-store.ts",
    old: "if (latest !== undefined && snapshot.index < latest.index) return 0;",
    new: "",
    breaks: "an older snapshot is received behind a later one (P6)",
  },
  {
    file: "medium-snapshot-store.ts",
    old: "if (latest !== undefined && head.index <= latest.index) {",
    new: "if (latest !== undefined && head.index < 0) {",
    breaks: "an older snapshot is saved behind a later one (P6)",
  },
  {
    file: "medium-snapshot-store.ts",
    old: "return this.#chunksOf(snapshot, this.#catalogue.hold(snapshot));",
    new: "return this.#chunksOf(snapshot, this.#catalogue.find(snapshot));",
    breaks: "a snapshot that waits to be read is dropped (P37)",
  },
  {
    file: "medium-snapshot-store.ts",
    old: "      await draft.discard();\n      throw error;",
    new: "      throw error;",
    breaks: "a save that failed leaves its file, perhaps under its final name (P44)",
  },
  {
    file: "catalogue.ts",
    old: "entry.readers === 0 && !entry.wanted",
    new: "!entry.wanted",
    breaks: "a snapshot is deleted while it is read",
  },
  {
    file: "catalogue.ts",
    old: "entry.readers === 0 && !entry.wanted",
    new: "entry.readers === 0",
    breaks: "a snapshot is deleted between two of its chunks: transfers never end (P37)",
  },
  {
    file: "catalogue.ts",
    old: " && a.sizeBytes === b.sizeBytes && a.checksum === b.checksum;",
    new: ";",
    breaks: "chunks of two nodes' snapshots are mixed into one",
  },
  {
    file: "policy.ts",
    old: "since.entries >= entries || since.bytes >= bytes",
    new: "since.entries >= entries",
    breaks: "big entries fill the disk before a snapshot is taken",
  },
]);
