import { describe, expect, test } from "vitest";
import { peerRemedies, troublesIn } from "../../src/cluster/peer-troubles.ts";

const given = { peerTlsCert: "c", peerTlsKey: "k", peerTlsCa: "a", peerSecretFile: "/etc/secret" };
const up = { connected: true, outboxBytes: 0 };
const down = { connected: false, outboxBytes: 0 };

describe("a remedy names the flag to set, and says so where this node was not given it", () => {
  test.each([
    ["unauthenticated", given, /--peer-secret-file of every node.*SIGHUP/],
    ["unauthenticated", {}, /given no --peer-secret-file: start it/],
    ["tls", given, /--peer-tls-cert, --peer-tls-key, --peer-tls-ca on both nodes.*SIGHUP/],
    ["tls", {}, /given no certificate: give all nodes --peer-tls-cert/],
    ["wrongCluster", given, /--members, --join and --addresses.*--cluster-id/],
    ["wrongNode", given, /--addresses/],
    ["duplicate", given, /--id and --data/],
  ] as const)("%s", (kind, config, words) => {
    expect(peerRemedies(config)[kind]).toMatch(words);
  });
});

describe("what keeps nodes apart", () => {
  const trouble = { kind: "unauthenticated", reason: "another secret", remedy: "set it" } as const;

  test("is said once for all nodes that it is about, not of those that are reached, or are just not there", () => {
    const nobody = { kind: "unreachable", reason: "connect ECONNREFUSED" } as const;
    const peers = { n2: { ...down, trouble }, n3: up, n4: { ...down, trouble }, n5: { ...down, trouble: nobody } };
    expect(troublesIn({ peers })).toEqual(["n2, n4: another secret; remedy: set it"]);
  });

  test("whom this node has just refused is named, unless that is said already, or long ago, or no one's fault", () => {
    const lastRefusal = { ...trouble, from: "10.0.0.9:1", peer: "n2", agoMs: 100 };
    expect(troublesIn({ peers: { n2: up }, lastRefusal })).toEqual([
      "refused here: n2 from 10.0.0.9:1: another secret; remedy: set it",
    ]);
    expect(troublesIn({ peers: { n2: { ...down, trouble } }, lastRefusal })).toHaveLength(1);
    expect(troublesIn({ peers: {}, lastRefusal: { ...lastRefusal, agoMs: 60_000 } })).toEqual([]);
    const { remedy: _remedy, ...unremedied } = lastRefusal;
    expect(troublesIn({ peers: {}, lastRefusal: unremedied })).toEqual([]);
  });
});
