import { type Entry, decodeMembership } from "@quorate/raft-core";
import type { Command, Operation } from "@quorate/statemachine-kv";
import { store } from "../node/store.ts";

const decoder = new TextDecoder();

function operationInShort(operation: Command | Operation): string {
  switch (operation.type) {
    case "put":
      return `${decoder.decode(operation.key)} = ${decoder.decode(operation.value)}`;
    case "delete":
      return `delete ${decoder.decode(operation.key)}`;
    case "txn":
      return `${operation.success.map(operationInShort).join(", ")} ?`;
    default:
      return operation.type;
  }
}

/** What an entry does, in short: `x = 7`; with a question mark where it does so only on a condition. */
export function textOf({ kind, data }: Entry): string {
  if (kind === "no-op") return "";
  if (kind === "command") {
    const command = store().decodeCommand(data);
    return command === undefined ? "?" : operationInShort(command);
  }
  const { voters, outgoing, learners } = decodeMembership(data);
  const old = outgoing.length > 0 ? `${outgoing.join(" ")} → ` : "";
  return `${old}${voters.join(" ")}${learners.length > 0 ? ` + ${learners.join(" ")}` : ""}`;
}
