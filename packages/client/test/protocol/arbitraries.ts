import fc from "fast-check";
import type {
  ClientFrame,
  ClusterHint,
  Consistency,
  Failure,
  Request,
  ServerFrame,
  Welcome,
} from "../../src/protocol/index.ts";

const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => new Uint8Array(array));
const natural = fc.oneof(fc.nat(), fc.integer({ min: 2 ** 31, max: Number.MAX_SAFE_INTEGER }));
const id = natural.map((n) => Math.max(1, n));
const text = fc.string({ unit: "binary", maxLength: 20 });
const name = fc.string({ minLength: 1, maxLength: 20 });

const range = fc.oneof(fc.record({ prefix: bytes }), fc.record({ start: bytes, end: bytes }, { requiredKeys: [] }));
const consistency: fc.Arbitrary<Consistency> = fc.oneof(
  fc.constantFrom("linearizable", "lease", "stale"),
  fc.record({ minIndex: natural }),
  fc.record({ maxStalenessMs: fc.double({ min: 0, max: 1e9, noNaN: true }) }),
);
const request: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ type: fc.constant("command" as const), command: bytes }),
  fc.record({
    type: fc.constant("query" as const),
    query: fc.oneof(
      fc.record({ type: fc.constant("get" as const), key: bytes }),
      fc.record({ type: fc.constant("count" as const), range }),
      fc.record(
        { type: fc.constant("range" as const), range, limit: id, keysOnly: fc.boolean() },
        { requiredKeys: ["type", "range"] },
      ),
    ),
    consistency,
  }),
  fc.record({ type: fc.constant("status" as const) }),
);

export const clientFrames: fc.Arbitrary<ClientFrame> = fc.oneof(
  fc.record({
    type: fc.constant("hello" as const),
    hello: fc.record({ versionMin: fc.nat(), versionMax: fc.nat(), clientId: name }),
  }),
  fc.record({
    type: fc.constant("request" as const),
    id,
    remainingMs: fc.double({ min: 0, max: 86_400_000, noNaN: true }).map((ms) => ms + 0),
    request,
  }),
  fc.record({ type: fc.constant("cancel" as const), id }),
  fc.record({ type: fc.constant("ping" as const) }),
);

const node = fc.record({ id: name, url: text }, { requiredKeys: ["id"] });
const cluster: fc.Arbitrary<ClusterHint> = fc.record(
  { leader: node, members: fc.array(node, { maxLength: 4 }) },
  { requiredKeys: ["members"] },
);
const limits = fc.record({ requestsMax: id, bytesMax: id, messageBytesMax: id, valueBytesMax: natural });
const welcome: fc.Arbitrary<Welcome> = fc.record({
  version: fc.nat(),
  clusterId: name,
  nodeId: name,
  limits,
  silenceMsMax: fc.integer({ min: 1 }),
  cluster,
});
const failure: fc.Arbitrary<Failure> = fc.record(
  {
    code: fc.constantFrom("NO_LEADER", "OF_A_LATER_VERSION"),
    outcome: fc.constantFrom("not-applied", "unknown"),
    detail: text,
    remedy: text,
    leader: node,
  },
  { requiredKeys: ["code", "outcome", "detail"] },
);
const result = fc.oneof(
  fc.record({ type: fc.constant("put"), revision: natural }),
  fc.record({ type: fc.constant("get"), revision: natural, kv: fc.record({ key: bytes, value: bytes }) }),
);

export const serverFrames: fc.Arbitrary<ServerFrame> = fc.oneof(
  fc.record({ type: fc.constant("welcome" as const), welcome }),
  fc.record({ type: fc.constant("result" as const), id, result, appliedIndex: natural }),
  fc.record({ type: fc.constant("failure" as const), id, failure }),
  fc.record({ type: fc.constant("cluster" as const), cluster }),
  fc.record({ type: fc.constant("goodbye" as const) }),
  fc.record({ type: fc.constant("pong" as const) }),
);
