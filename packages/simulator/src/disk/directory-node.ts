import type { Dice } from "@quorate/virtual-time";
import type { CrashModel } from "./crash-model.ts";
import type { FileNode } from "./file-node.ts";

type Node = FileNode | DirectoryNode;

type Change =
  | { readonly type: "link"; readonly name: string; readonly node: Node }
  | { readonly type: "unlink"; readonly name: string }
  | { readonly type: "rename"; readonly from: string; readonly to: string; readonly node: Node };

function perform(names: Map<string, Node>, change: Change): void {
  if (change.type === "unlink") {
    names.delete(change.name);
  } else if (change.type === "link") {
    names.set(change.name, change.node);
  } else {
    names.delete(change.from);
    names.set(change.to, change.node);
  }
}

/** A directory: the names that are seen, and those that a loss of power would leave. */
export class DirectoryNode {
  readonly type = "directory";
  #cached = new Map<string, Node>();
  #durable = new Map<string, Node>();
  #unsynced: Change[] = [];
  /** How many changes are durable, or were lost. */
  #settledCount = 0;

  get names(): readonly string[] {
    return [...this.#cached.keys()].toSorted();
  }

  /** Names the changes up to now: what `sync` is to cover. */
  get changeCount(): number {
    return this.#settledCount + this.#unsynced.length;
  }

  /** Whether a rename could still be undone. */
  get hasUnsyncedRename(): boolean {
    return this.#unsynced.some((change) => change.type === "rename");
  }

  get(name: string): Node | undefined {
    return this.#cached.get(name);
  }

  /** What a loss of power would leave under this name. */
  durable(name: string): Node | undefined {
    return this.#durable.get(name);
  }

  /** The files in it that a loss of power would leave, the last names first. */
  durableFiles(): readonly FileNode[] {
    const names = [...this.#durable.keys()].toSorted().toReversed();
    return names.flatMap((name) => {
      const node = this.#durable.get(name);
      return node?.type === "file" ? [node] : [];
    });
  }

  link(name: string, node: Node): void {
    this.#change({ type: "link", name, node });
  }

  unlink(name: string): void {
    this.#change({ type: "unlink", name });
  }

  rename(from: string, to: string, node: Node): void {
    this.#change({ type: "rename", from, to, node });
  }

  /** Makes everything up to this `changeCount` durable. */
  sync(changeCount: number): void {
    const covered = this.#unsynced.splice(0, Math.max(0, changeCount - this.#settledCount));
    this.#settledCount += covered.length;
    for (const change of covered) perform(this.#durable, change);
  }

  /** Power is lost, here and in all that is left below. A rename is kept whole or lost whole. */
  crash(model: CrashModel, dice: Dice): void {
    const kept = dice.below(this.#unsynced.length + 1);
    const isKept = (at: number): boolean => (model === "ordered" ? at < kept : dice.chance(0.5));
    for (const [at, change] of this.#unsynced.entries()) if (isKept(at)) perform(this.#durable, change);
    this.#settledCount += this.#unsynced.length;
    this.#unsynced = [];
    this.#cached = new Map(this.#durable);
    for (const node of this.#durable.values()) node.crash(model, dice);
  }

  /** Every file below, in the order of their names. */
  files(): readonly FileNode[] {
    return this.names.flatMap((name) => {
      const node = this.#cached.get(name);
      if (node === undefined) return [];
      return node.type === "file" ? [node] : node.files();
    });
  }

  /** This one and every one below. */
  directories(): readonly DirectoryNode[] {
    const below = this.names.map((name) => this.#cached.get(name));
    return [this, ...below.flatMap((node) => (node?.type === "directory" ? node.directories() : []))];
  }

  #change(change: Change): void {
    perform(this.#cached, change);
    this.#unsynced.push(change);
  }
}
