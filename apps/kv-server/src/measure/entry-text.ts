import { decodeCommand } from "@quorate/statemachine-kv";
import type { Operation } from "@quorate/statemachine-kv";
import type { RecentEntry } from "./watched-storage.ts";

const keyLengthMax = 24;

/** What an entry does, in a few words: `put key`. Never what is stored under the key. */
export function entryText({ kind, data }: RecentEntry): string {
  if (kind !== "command" || data === undefined) return "";
  const command = decodeCommand(data);
  if (command === undefined) return "";
  if (command.type !== "txn") return operationText(command);
  const count = command.success.length + command.failure.length;
  return `txn of ${count}`;
}

function operationText(operation: Operation): string {
  if ("key" in operation) return `${operation.type} ${keyText(operation.key)}`;
  return operation.type;
}

function keyText(key: Uint8Array): string {
  const text = new TextDecoder().decode(key.subarray(0, 4 * keyLengthMax));
  return text.length > keyLengthMax ? `${text.slice(0, keyLengthMax - 1).toWellFormed()}…` : text;
}
