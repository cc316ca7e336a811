import { UsageError } from "../cli/settings.ts";
import type { Rival } from "../cli/settings.ts";
import type { Ground } from "../ground/ground.ts";
import { openEtcd } from "./etcd.ts";
import type { System } from "./system.ts";

export interface FoundRival {
  readonly rival?: System;
  /** Why there is none although one was asked for, and what to do. */
  readonly reason?: string;
}

/** Throws a UsageError for one that is none of these servers'. */
export async function rivalFor(name: Rival | undefined, ground: Ground): Promise<FoundRival> {
  if (name === undefined) return {};
  if (name !== "etcd") throw new UsageError(`--vs ${name} is not for servers: see npm run bench -- --help`);
  return openEtcd(ground);
}
