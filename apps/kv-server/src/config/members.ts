import { createHash } from "node:crypto";
import type { Member } from "@quorate/raft-core";
import { z } from "zod";
import { parseEndpoint } from "../endpoint.ts";

export const nodeId: z.ZodType<string> = z
  .string("is missing")
  .regex(/^[A-Za-z0-9._-]{1,64}$/, "must be 1 to 64 letters, digits, dots, dashes or underscores");

/** Where the other nodes reach one: its Raft links and the requests that they carry to it share this address. */
export const memberAddress: z.ZodType<string> = z
  .string("is missing")
  .refine(isReachable, "must be host:port, with a host and a port from 1 to 65535");

/** One may listen on every interface and on any port, but is reached at one host and one port. */
function isReachable(text: string): boolean {
  return !text.startsWith(":") && (parseEndpoint(text)?.port ?? 0) > 0;
}

const listRule = "must be a list like n1=host:port,n2=host:port";

const memberText = z.string().transform((text) =>
  text.split(",").map((part) => {
    const at = part.indexOf("=");
    return { id: part.slice(0, at).trim(), address: part.slice(at + 1).trim() };
  }),
);

const memberTable = z
  .record(z.string(), z.string())
  .transform((table) => Object.entries(table).map(([id, address]) => ({ id, address })));

/** Nodes and their addresses: text in flags and variables, an object in a file. */
export const memberList: z.ZodType<readonly Member[]> = z.union([memberText, memberTable], listRule).check(
  z.superRefine((list: readonly Member[], context) => {
    const fail = (message: string): void => context.addIssue({ code: "custom", message });
    for (const { id, address } of list) {
      if (!nodeId.safeParse(id).success || !memberAddress.safeParse(address).success) fail(listRule);
    }
    if (new Set(list.map((member) => member.id)).size !== list.length) fail("must name each node once");
    if (new Set(list.map((member) => member.address)).size !== list.length) {
      fail("must give each node an address of its own");
    }
  }),
);

/** Other founders, or founders of the same ids elsewhere, are another cluster. Later moves do not change the id. */
export function clusterIdOf(founders: readonly Member[]): string {
  const places = founders.map(({ id, address }) => `${id}=${address}`).toSorted();
  return createHash("sha256").update(places.join("\n")).digest("hex").slice(0, 16);
}
