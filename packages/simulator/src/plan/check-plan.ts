import { crashModels } from "../disk/crash-model.ts";
import type { FallibleOperation } from "../disk/disk.ts";
import type { DiskTraits } from "../disk/operation-runner.ts";
import type { ClockTraits } from "../engine/clock.ts";
import type { LinkTraits } from "../network/link.ts";
import { choiceLimits } from "./choice-limits.ts";
import type { NodeTraits, Workload } from "./configuration.ts";
import { type Fault, type FaultType, LEADER, faultTypes } from "./fault.ts";
import { type Outsider, plights } from "./outsider.ts";
import type { Plan } from "./plan.ts";
import { profiles } from "./profile.ts";
import {
  type Look,
  type Shape,
  inShort,
  isBoolean,
  isListOf,
  isNumber,
  isOneOf,
  isRecord,
  mustBe,
  mustHave,
} from "./shape.ts";

const isSeed: Look = (value) =>
  typeof value === "string" && /^[0-9a-f]{16}$/.test(value) ? undefined : "16 hexadecimal digits";

const isObject: Look = (value) => (isRecord(value) ? undefined : "an object");

const isNodeList: Look = (value) => {
  const isRight =
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= choiceLimits.nodes &&
    new Set(value).size === value.length &&
    value.every((node) => typeof node === "string" && node !== "");
  return isRight ? undefined : `a list of 1 to ${choiceLimits.nodes} different names`;
};

/** None is fine, too. */
const isSpareList: Look = (value) => (Array.isArray(value) && value.length === 0 ? undefined : isNodeList(value));

const linkShape: Shape<LinkTraits> = {
  delayMsMin: isNumber,
  delayMsMean: isNumber,
  dropRate: isNumber,
  duplicateRate: isNumber,
  duplicateDelayMsMax: isNumber,
  ordered: isBoolean,
};

const nodeShape: Shape<NodeTraits> = {
  raft: isObject,
  segmentBytes: isNumber,
  snapshotEntries: isNumber,
  snapshotChunkBytes: isNumber,
};

const workloadShape: Shape<Workload> = {
  clients: isNumber,
  keys: isNumber,
  thinkMs: isNumber,
  beatMs: (value) => (value === undefined ? undefined : isNumber(value)),
  valueBytes: isNumber,
  patienceMs: isNumber,
  distanceMs: isNumber,
};

const diskShape: Shape<DiskTraits> = { operationMs: isNumber, syncMs: isNumber };

const clockShape: Shape<ClockTraits> = { rate: isNumber, offsetMs: isNumber, lateMsMax: isNumber, turnMsMax: isNumber };

const operations: Readonly<Record<FallibleOperation, true>> = {
  read: true,
  write: true,
  sync: true,
  create: true,
  rename: true,
  remove: true,
  "sync-directory": true,
  truncate: true,
};

type Details<Type extends FaultType> = Omit<Extract<Fault, { type: Type }>, "type" | "atMs">;

/** What each kind of fault has to say, in a cluster of these nodes. */
function faultShapes(nodes: readonly string[]): { readonly [Type in FaultType]: Shape<Details<Type>> } {
  const node = isOneOf([...nodes, LEADER]);
  const someNodes = isListOf(node);
  const forMs = isNumber;
  const downMs = isNumber;
  return {
    cut: { from: node, to: node, forMs },
    partition: { side: someNodes, forMs },
    "one-way-partition": { side: someNodes, forMs },
    "partial-partition": { side: someNodes, bridge: node, forMs },
    flap: { node, periodMs: isNumber, times: isNumber },
    weather: { traits: isObject, forMs },
    break: { between: someNodes },
    clog: { from: node, to: node, forMs },
    close: { node, downMs },
    kill: { node, downMs },
    "power-loss": { nodes: someNodes, downMs },
    "crash-at": { node, calls: isNumber, power: isBoolean, downMs },
    tear: { node, batches: isNumber, entriesMin: isNumber, downMs },
    pause: { node, forMs },
    "disk-error": { node, operation: isOneOf(Object.keys(operations)), count: isNumber },
    "disk-full": { node, forMs },
    "disk-hang": { node, forMs },
    "disk-slow": { node, factor: isNumber, forMs },
    "bit-rot": { node },
    add: { node, learner: isBoolean },
    remove: { node },
    "remove-leader": {},
    replace: { node, by: node },
    promote: { node },
    demote: { node },
    readdress: { node },
    transfer: {},
    "transfer-to": { node },
    wipe: { node, downMs },
  };
}

function checkConfiguration(configuration: unknown): readonly string[] {
  if (!isRecord(configuration)) {
    throw new TypeError(`plan.configuration is ${inShort(configuration)}, but must be an object`);
  }
  const { nodes, spares, clocks, priorities } = configuration;
  mustBe("plan.configuration.nodes", nodes, isNodeList);
  mustBe("plan.configuration.spares", spares, isSpareList);
  mustBe("plan.configuration.durationMs", configuration["durationMs"], isNumber);
  mustBe("plan.configuration.crashModel", configuration["crashModel"], isOneOf(crashModels));
  mustHave("plan.configuration.node", configuration["node"], nodeShape);
  mustHave("plan.configuration.workload", configuration["workload"], workloadShape);
  mustHave("plan.configuration.link", configuration["link"], linkShape);
  mustHave("plan.configuration.disk", configuration["disk"], diskShape);
  const names = [...(nodes as readonly string[]), ...(spares as readonly string[])];
  const isForEach: Look = (value) =>
    Array.isArray(value) && value.length === names.length ? undefined : `a list of ${names.length}, one for each node`;
  mustBe("plan.configuration.clocks", clocks, isForEach);
  mustBe("plan.configuration.priorities", priorities, isForEach);
  mustBe("plan.configuration.priorities", priorities, isListOf(isNumber));
  for (const [at, clock] of (clocks as readonly unknown[]).entries()) {
    mustHave(`plan.configuration.clocks[${at}]`, clock, clockShape);
  }
  return names;
}

function checkFaults(faults: unknown, nodes: readonly string[]): void {
  if (!Array.isArray(faults)) throw new TypeError(`plan.faults is ${inShort(faults)}, but must be a list`);
  const shapes = faultShapes(nodes);
  for (const [at, fault] of (faults as readonly unknown[]).entries()) {
    const name = `plan.faults[${at}]`;
    mustHave(name, fault, { type: isOneOf(faultTypes), atMs: isNumber });
    const { type, traits } = fault as { type: FaultType; traits?: unknown };
    mustHave(name, fault, shapes[type]);
    if (type === "weather") mustHave(`${name}.traits`, traits, linkShape);
  }
}

function checkOutsiders(outsiders: unknown, nodes: readonly string[]): void {
  if (!Array.isArray(outsiders)) throw new TypeError(`plan.outsiders is ${inShort(outsiders)}, but must be a list`);
  const shape: Shape<Outsider> = { node: isOneOf(nodes), plight: isOneOf(plights) };
  for (const [at, outsider] of (outsiders as readonly unknown[]).entries()) {
    mustHave(`plan.outsiders[${at}]`, outsider, shape);
  }
}

/**
 * A plan may come from a file, or from somebody's own code: whatever a run would stumble over is refused here with a
 * TypeError that names it. What Raft itself asks of its options the nodes check when they open.
 */
export function checkPlan(plan: Plan): void {
  const given: unknown = plan;
  if (!isRecord(given)) throw new TypeError(`plan is ${inShort(given)}, but must be an object, as drawPlan returns it`);
  if (given["version"] !== 1) {
    throw new TypeError(`plan.version is ${inShort(given["version"])}, but must be 1: no other is known here`);
  }
  mustBe("plan.seed", given["seed"], isSeed);
  mustBe("plan.profile", given["profile"], isOneOf(profiles));
  const nodes = checkConfiguration(given["configuration"]);
  checkFaults(given["faults"], nodes);
  checkOutsiders(given["outsiders"], nodes);
}
