import { type Entry, decodeMembership } from "@quorate/raft-core";
import { decodeCommand } from "../registers/command.ts";

/** What an entry does, in short: `x = 7`, or `x: 6 → 7` if it does so only where x is 6; `x: – → 7` where it is nothing. */
export function textOf({ kind, data }: Entry): string {
  if (kind === "no-op") return "";
  if (kind === "command") return commandInShort(data);
  const { voters, outgoing, learners } = decodeMembership(data);
  const old = outgoing.length > 0 ? `${outgoing.join(" ")} → ` : "";
  return `${old}${voters.join(" ")}${learners.length > 0 ? ` + ${learners.join(" ")}` : ""}`;
}

/** What there is room for in a drawing, where `textOf` is too long for it: `x→7`. */
export function labelOf({ kind, data }: Entry): string | undefined {
  const command = kind === "command" ? decodeCommand(data) : undefined;
  return command?.expected === undefined ? undefined : `${command.key}→${command.value}`;
}

function commandInShort(data: Uint8Array): string {
  const { key, value, expected } = decodeCommand(data) ?? { key: "?", value: "?" };
  return expected === undefined ? `${key} = ${value}` : `${key}: ${expected ?? "–"} → ${value}`;
}
