import type { Remedies, Trouble, TransportStats } from "@quorate/transport-ws";
import { flagOf } from "../config/settings.ts";
import type { Config } from "../config/schema.ts";

type Given = Pick<Config, "peerTlsCert" | "peerTlsKey" | "peerTlsCa" | "peerSecretFile">;

const tlsFlags = (["peerTlsCert", "peerTlsKey", "peerTlsCa"] as const).map(flagOf).join(", ");
const secretFlag = flagOf("peerSecretFile");

/** What an operator can do where this node and another do not come together, in the words of this server's settings. */
export function peerRemedies({ peerTlsCert, peerSecretFile }: Given): Remedies {
  const again = "and send SIGHUP to those where it has changed";
  return {
    unauthenticated:
      peerSecretFile === undefined
        ? `this node was given no ${secretFlag}: start it with one that holds the secret of the other nodes`
        : `have the same secret in the ${secretFlag} of every node, start those anew that had none, ${again}`,
    tls:
      peerTlsCert === undefined
        ? `this node was given no certificate: give all nodes ${tlsFlags}, or none`
        : `look at the files of ${tlsFlags} on both nodes, ${again}`,
    wrongCluster: `look where ${flagOf("members")}, ${flagOf("join")} and ${flagOf("addresses")} lead, and at ${flagOf("clusterId")}`,
    wrongNode: `correct the address there with PUT /v1/cluster/members/{id}/address, or here with ${flagOf("addresses")}`,
    wrongVersion: "run versions of this program on all nodes that can work together",
    duplicate: `stop one of the two, or give it an ${flagOf("id")} and ${flagOf("data")} of its own`,
  };
}

/** What is refused again and again comes back within this. */
const recentMsMax = 10_000;

/**
 * What keeps this node and others apart now, and an operator has to mend: a phrase for each thing, with all nodes that it is
 * about. That nobody answers there is for others to tell.
 */
export function troublesIn({ peers, lastRefusal }: Pick<TransportStats, "peers" | "lastRefusal">): readonly string[] {
  const named = new Map<string, string[]>();
  for (const [id, { trouble }] of Object.entries(peers)) {
    if (trouble?.remedy === undefined) continue;
    const text = wordsOf(trouble);
    named.set(text, [...(named.get(text) ?? []), id]);
  }
  const troubles = [...named].map(([text, ids]) => `${ids.join(", ")}: ${text}`);
  if (lastRefusal?.remedy === undefined || lastRefusal.agoMs > recentMsMax) return troubles;
  const { peer, from } = lastRefusal;
  if (peer !== undefined && peers[peer]?.trouble?.kind === lastRefusal.kind) return troubles;
  return [...troubles, `refused here: ${peer ?? "somebody"} from ${from}: ${wordsOf(lastRefusal)}`];
}

function wordsOf({ reason, remedy }: Trouble): string {
  return `${reason}; remedy: ${remedy}`;
}
