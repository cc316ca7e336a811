import type { Entry, Message } from "@quorate/raft-core";

type Field = readonly [name: string, value: string];

function entriesInShort(entries: readonly Entry[]): string {
  const first = entries[0];
  const last = entries.at(-1);
  if (first === undefined || last === undefined) return "none";
  const range = first.index === last.index ? String(first.index) : `${first.index}–${last.index}`;
  const terms = [...new Set(entries.map(({ term }) => term))];
  return `${range} (term ${terms.join(", ")})`;
}

/** What a message says, by the names of `Message`. */
export function fieldsOf(message: Message): readonly Field[] {
  const fields = Object.entries(message).flatMap(([name, value]: [string, unknown]): Field[] => {
    if (name === "type" || name === "incarnation") return [];
    return typeof value === "number" || typeof value === "boolean" ? [[name, String(value)]] : [];
  });
  if (message.type === "append-entries") fields.push(["entries", entriesInShort(message.entries)]);
  if (message.type === "install-snapshot") {
    fields.push(["snapshot", `${message.snapshot.index} (term ${message.snapshot.term})`]);
    fields.push(["bytes", `${message.data.length} of ${message.snapshot.sizeBytes}`]);
  }
  return fields;
}
