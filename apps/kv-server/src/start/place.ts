import type { Membership } from "@quorate/raft-core";
import { addressOf } from "@quorate/raft-core";
import type { Config } from "../config/schema.ts";
import { parseEndpoint } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";
import type { NodeRecord } from "./node-record.ts";

/** Where a node is among the others, now that its log can be asked. */
export interface Place {
  /** Where they are to reach it: what the operator says, else what the log says, else what it was at the last start. */
  readonly address: string;
  /** Where it listens for them. */
  readonly listen: Endpoint;
}

type Given = Pick<Config, "id" | "address" | "addresses" | "peerListen">;

export function placeOf(config: Given, record: NodeRecord, membership: Membership): Place {
  const { id, addresses, peerListen } = config;
  const logged = addressOf(membership, id);
  const address = config.address ?? (logged === "" ? record.address : logged);
  const local = config.address ?? addresses.find((member) => member.id === id)?.address ?? address;
  const listen = peerListen ?? parseEndpoint(local);
  if (listen === undefined) throw new TypeError(`${local} is not host:port`);
  return { address, listen };
}
