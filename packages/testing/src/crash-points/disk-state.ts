import {
  type ContentCall,
  type DiskCall,
  type DiskImage,
  type NameCall,
  type NodeNumber,
  contentAfter,
  holderOf,
} from "./disk-call.ts";

type Names = ReadonlyMap<string, NodeNumber>;

/** A disk in the middle of its life: what is durable, and what a crash may yet take or leave. */
export class DiskState {
  readonly #names: Map<string, NodeNumber> = new Map();
  #unsyncedNames: readonly NameCall[] = [];
  /** Of files; directories are not in it. */
  readonly #durable: Map<NodeNumber, Uint8Array> = new Map();
  readonly #unsynced: Map<NodeNumber, readonly ContentCall[]> = new Map();

  /** Numbers what is in the image as a `MemoryFileSystem` that begins with it does. */
  constructor(image: DiskImage) {
    let node = 0;
    for (const [path, content] of [["/", undefined], [".", undefined], ...image] as const) {
      this.#names.set(path, node);
      if (content !== undefined) this.#durable.set(node, content);
      node += 1;
    }
  }

  perform(call: DiskCall): void {
    switch (call.type) {
      case "write":
      case "truncate":
        this.#unsynced.set(call.node, [...(this.#unsynced.get(call.node) ?? []), call]);
        return;
      case "sync":
        this.#durable.set(
          call.node,
          (this.#unsynced.get(call.node) ?? []).reduce(contentAfter, this.durable(call.node)),
        );
        this.#unsynced.delete(call.node);
        return;
      case "sync-directory": {
        const isHere = ({ path }: NameCall): boolean => holderOf(path) === call.path;
        for (const change of this.#unsyncedNames.filter(isHere)) rename(this.#names, change);
        this.#unsyncedNames = this.#unsyncedNames.filter((change) => !isHere(change));
        return;
      }
      default:
        this.#unsyncedNames = [...this.#unsyncedNames, call];
        if (call.type === "create") this.#durable.set(call.node, new Uint8Array());
    }
  }

  isFile(node: NodeNumber): boolean {
    return this.#durable.has(node);
  }

  durable(node: NodeNumber): Uint8Array {
    return this.#durable.get(node) ?? new Uint8Array();
  }

  unsynced(node: NodeNumber): readonly ContentCall[] {
    return this.#unsynced.get(node) ?? [];
  }

  /**
   * Which names a crash may leave: any of the changes that no sync of their directory covers, each whole or not at all.
   * The first has none of them, the last has all. Beyond `subsetsMax` subsets: any number of the earliest, of the latest,
   * and each change alone, there or not.
   */
  namings(subsetsMax: number): readonly Names[] {
    const changes = this.#unsyncedNames;
    return subsets(changes.length, subsetsMax).map((isKept) => {
      const names = new Map(this.#names);
      for (const [at, change] of changes.entries()) if (isKept(at)) rename(names, change);
      return reachable(names);
    });
  }
}

type Subset = (at: number) => boolean;

/** Of so many things: the empty set first, the whole one last. */
export function subsets(count: number, max: number): readonly Subset[] {
  if (2 ** count <= max) {
    return Array.from(
      { length: 2 ** count },
      (_, bits): Subset =>
        (at) =>
          (bits & (1 << at)) !== 0,
    );
  }
  const each = Array.from({ length: count }, (_, at) => at);
  return [
    () => false,
    ...each.flatMap((one): readonly Subset[] => [
      (at) => at < one,
      (at) => at >= one,
      (at) => at === one,
      (at) => at !== one,
    ]),
    () => true,
  ];
}

function rename(names: Map<string, NodeNumber>, change: NameCall): void {
  if (change.type === "remove") names.delete(change.path);
  else if (change.type !== "rename") names.set(change.path, change.node);
  else {
    names.delete(change.path);
    names.set(change.to, change.node);
  }
}

/** A name is lost with the directory that holds it. */
function reachable(names: Names): Names {
  const isThere = (path: string): boolean => {
    const holder = holderOf(path);
    return names.has(path) && (holder === undefined || isThere(holder));
  };
  return new Map([...names].filter(([path]) => holderOf(path) !== undefined && isThere(path)));
}
