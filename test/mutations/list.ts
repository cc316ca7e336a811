import { coreElections } from "./core-elections.ts";
import { coreLog } from "./core-log.ts";
import { coreMembers } from "./core-members.ts";
import type { Mutation } from "./mutation.ts";
import { node } from "./node.ts";
import { snapshot } from "./snapshot.ts";
import { storageFile } from "./storage-file.ts";
import { transportWs } from "./transport-ws.ts";

export const mutations: readonly Mutation[] = [
  ...coreElections,
  ...coreLog,
  ...coreMembers,
  ...node,
  ...storageFile,
  ...snapshot,
  ...transportWs,
];
