import { readFileSync } from "node:fs";
import { z } from "zod";
import { kinds } from "./fault.ts";
import type { Fault, Kind } from "./fault.ts";

/** The schedule of a run: all that was drawn from its seed up front. JSON, so that it can be kept and played again. */
export interface Plan {
  readonly version: 1;
  /** 16 hexadecimal digits. */
  readonly seed: string;
  readonly nodes: number;
  readonly seconds: number;
  readonly kinds: readonly Kind[];
  /** Nodes whose disk is a small one of its own, so that it can be filled up. */
  readonly smallDisks: readonly string[];
  /** Between nodes everything goes over TLS, both sides show certificates, and prove that they know a secret. */
  readonly isSecure: boolean;
  /** In the order of their times. */
  readonly faults: readonly Fault[];
}

const target = z.strictObject({ node: z.string(), preferred: z.literal("leader").optional() });
const common = { atMs: z.number().min(0), forMs: z.number().min(0), targets: z.array(target).min(1) };
const slowness = z.strictObject({ delayMs: z.number(), jitterMs: z.number(), bytesPerSecond: z.number().positive() });
const lossiness = z.strictObject({ stallRate: z.number(), stallMs: z.number(), breakRate: z.number() });

const fault = z.discriminatedUnion("type", [
  z.strictObject({ type: z.enum(["kill", "pause", "partition", "halfopen", "diskfull"]), ...common }),
  z.strictObject({ type: z.literal("oneway"), direction: z.enum(["out", "in"]), ...common }),
  z.strictObject({ type: z.literal("slow"), slowness, ...common }),
  z.strictObject({ type: z.literal("lossy"), lossiness, ...common }),
  z.strictObject({ type: z.literal("slowdisk"), delayMs: z.number().min(0), ...common }),
  z.strictObject({
    type: z.literal("fsync"),
    call: z.enum(["fdatasync", "fsync", "write"]),
    nth: z.int().positive(),
    ...common,
  }),
  z.strictObject({ type: z.literal("members"), change: z.enum(["demote", "remove"]), ...common }),
]);

const plan = z.strictObject({
  version: z.literal(1),
  seed: z.string(),
  nodes: z.int().min(1).max(9),
  seconds: z.number().positive(),
  kinds: z.array(z.enum(kinds)),
  smallDisks: z.array(z.string()),
  isSecure: z.boolean().default(false),
  faults: z.array(fault),
});

/** Throws an error that names the file, and the field where it is none. */
export function readPlan(file: string): Plan {
  const parsed = plan.safeParse(jsonIn(file));
  if (parsed.success) return parsed.data as Plan;
  const [issue] = parsed.error.issues;
  throw new TypeError(`${file} is no plan: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const isMissing = error instanceof Error && "code" in error && error.code === "ENOENT";
    const why = isMissing ? "there is no such file" : error instanceof Error ? error.message : String(error);
    const remedy = "name the plan.json that a run has kept";
    throw new TypeError(`${file} cannot be read as a plan: ${why}; ${remedy}`, { cause: error });
  }
}

export function nodeIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) => `n${i + 1}`);
}
