import type { FileSystem, NodeId, Storage, Transport } from "@quorate/raft-core";
import type { NodeTraits } from "../plan/configuration.ts";
import type { KvMachine } from "./observed-machine.ts";

/**
 * Wraps what a node stands on, below everything that is watched. For planting bugs, to see that they are found, and for
 * trying an implementation of one's own.
 */
export interface Hooks {
  /** Its disk, as the adapters see it. */
  readonly fileSystem?: ((fileSystem: FileSystem, node: NodeId) => FileSystem) | undefined;
  readonly storage?: ((storage: Storage, node: NodeId) => Storage) | undefined;
  readonly transport?: ((transport: Transport, node: NodeId) => Transport) | undefined;
  readonly stateMachine?: ((machine: KvMachine, node: NodeId) => KvMachine) | undefined;
  /** What the node is told to do, where that is to be something else than the plan says. */
  readonly traits?: ((traits: NodeTraits, node: NodeId) => NodeTraits) | undefined;
}
