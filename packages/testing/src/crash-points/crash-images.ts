import type { DiskCall, DiskImage, NodeNumber } from "./disk-call.ts";
import { DiskState } from "./disk-state.ts";
import { tornContents } from "./torn-contents.ts";

/** A disk as a crash may leave it, after so many of the calls. */
export interface CrashImage {
  readonly callCount: number;
  readonly image: DiskImage;
}

/** Up to so many combinations, of names and of contents of different files, are all tried. */
const COMBINATIONS_MAX = 4096;

/**
 * Every disk that a loss of power may leave, before the first of `calls` and behind each of them: of what no sync
 * covers, every name there or not, every sector old, new, or torn (see `tornContents`), the files independently of each
 * other. What is in `before` is durable. Where several files would have more than 4096 combinations, the contents of each
 * are tried beside none, and beside all, of what the others have to lose.
 */
export function* crashImages(before: DiskImage, calls: readonly DiskCall[]): Generator<CrashImage> {
  const state = new DiskState(before);
  yield* imagesOf(state, 0);
  for (const [at, call] of calls.entries()) {
    state.perform(call);
    yield* imagesOf(state, at + 1);
  }
}

function* imagesOf(state: DiskState, callCount: number): Generator<CrashImage> {
  const variants = new Map<NodeNumber, readonly Uint8Array[]>();
  const variantsOf = (node: NodeNumber): readonly Uint8Array[] => {
    const known = variants.get(node) ?? [...tornContents(state.durable(node), state.unsynced(node))];
    variants.set(node, known);
    return known;
  };
  for (const names of state.namings(64)) {
    const image = new Map<string, Uint8Array | undefined>();
    const torn: { readonly path: string; readonly contents: readonly Uint8Array[] }[] = [];
    for (const [path, node] of names) {
      image.set(path, state.isFile(node) ? state.durable(node) : undefined);
      if (state.unsynced(node).length > 0) torn.push({ path, contents: variantsOf(node) });
    }
    for (const contents of combined(torn.map((file) => file.contents))) {
      const left = new Map(image);
      for (const [at, { path }] of torn.entries()) left.set(path, contents[at]);
      yield { callCount, image: left };
    }
  }
}

/** One of each. */
function* combined<T>(dimensions: readonly (readonly T[])[]): Generator<readonly T[]> {
  const count = dimensions.reduce((product, { length }) => product * length, 1);
  if (count <= COMBINATIONS_MAX || dimensions.length < 2) {
    yield* product(dimensions);
    return;
  }
  for (const at of dimensions.keys()) {
    for (const rest of [0, -1]) {
      yield* product(dimensions.map((all, other) => (other === at ? all : all.slice(rest).slice(0, 1))));
    }
  }
}

function* product<T>([first, ...others]: readonly (readonly T[])[]): Generator<readonly T[]> {
  if (first === undefined) {
    yield [];
    return;
  }
  for (const one of first) for (const rest of product(others)) yield [one, ...rest];
}
