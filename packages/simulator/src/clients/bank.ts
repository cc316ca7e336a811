import type { KvAnswer, KvQuery } from "@quorate/statemachine-kv";
import type { Dice } from "@quorate/virtual-time";
import { type Request, bytesOf, textOf } from "./request.ts";

/** An account that does not exist holds nothing; one may owe something. What all of them hold together is always 0. */
export interface Account {
  readonly name: string;
  readonly balance: number;
  readonly modRevision: number;
}

const PREFIX = "bank/";
const NAMES = ["bank/a", "bank/b", "bank/c"];

export const allAccounts: KvQuery = { type: "range", range: { prefix: bytesOf(PREFIX) } };

export function accountsIn(answer: KvAnswer): readonly Account[] {
  const kvs = answer.type === "range" ? answer.kvs : [];
  const found = new Map(kvs.map(({ key, value, modRevision }) => [textOf(key), { value, modRevision }]));
  return NAMES.map((name) => {
    const account = found.get(name);
    const balance = Number.parseInt(textOf(account?.value) ?? "0", 10);
    return { name, balance, modRevision: account?.modRevision ?? 0 };
  });
}

export function totalOf(accounts: readonly Account[]): number {
  return accounts.reduce((sum, { balance }) => sum + balance, 0);
}

/** Moves a unit between two accounts, if both still are as the client saw them. `tag` makes the command one of its kind. */
export function move(dice: Dice, accounts: readonly Account[], tag: string): Request {
  const [from, to] = dice.sample(accounts, 2);
  if (from === undefined || to === undefined) throw new TypeError("a move needs two accounts");
  const compares = [from, to].map(
    ({ name, modRevision }) =>
      ({ target: "modRevision", key: bytesOf(name), operator: "=", value: modRevision }) as const,
  );
  const put = ({ name, balance }: Account, by: number) =>
    ({ type: "put", key: bytesOf(name), value: bytesOf(`${balance + by} ${tag}`) }) as const;
  return {
    type: "command",
    command: { type: "txn", compares, success: [put(from, -1), put(to, 1)], failure: [] },
    inputs: [],
    outputs: () => [],
    // Accounts are never deleted, and revisions never come back.
    isIdempotent: true,
    words: `move one from ${from.name} to ${to.name}`,
  };
}
