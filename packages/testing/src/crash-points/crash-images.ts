import type { DiskCall, DiskImage, NodeNumber } from "./disk-call.ts";
import { DiskState } from "./disk-state.ts";
import { tornContents } from "./torn-contents.ts";

/** A disk as a crash may leave it, after so many of the calls. */
export interface CrashImage {
  readonly callCount: number;
  readonly image: DiskImage;
}

/** Up to so many combinations, of names and of contents of different files, are all tried. */
const COMBINATIONS_MAX = 1024;

/**
 * Every disk that a loss of power may leave, before the first of `calls` and behind each of them: of what no sync
 * covers, every name there or not, every sector old, new, or torn (see `tornContents`), the files independently of each
 * other. What is in `before` is durable.
 *
 * Where that would be more than 1024 for one moment, all contents of a file are tried beside none, and beside all, of
 * what names and other files have to lose; and all names beside none, and beside all, of the contents.
 */
export function* crashImages(before: DiskImage, calls: readonly DiskCall[]): Generator<CrashImage> {
  const state = new DiskState(before);
  yield* imagesOf(state, 0);
  for (const [at, call] of calls.entries()) {
    state.perform(call);
    yield* imagesOf(state, at + 1);
  }
}

/** What a loss of power behind the last of `calls` leaves at the least: what was durable, and nothing else. */
export function durableImage(before: DiskImage, calls: readonly DiskCall[]): DiskImage {
  const state = new DiskState(before);
  for (const call of calls) state.perform(call);
  const names = [...(state.namings(64)[0] ?? [])];
  return new Map(names.map(([path, node]) => [path, state.isFile(node) ? state.durable(node) : undefined]));
}

function* imagesOf(state: DiskState, callCount: number): Generator<CrashImage> {
  const variants = new Map<NodeNumber, readonly Uint8Array[]>();
  const variantsOf = (node: NodeNumber): readonly Uint8Array[] => {
    const known = variants.get(node) ?? [...tornContents(state.durable(node), state.unsynced(node))];
    variants.set(node, known);
    return known;
  };
  const namings = state.namings(64);
  for (const [at, names] of namings.entries()) {
    const image = new Map<string, Uint8Array | undefined>();
    const torn: { readonly path: string; readonly contents: readonly Uint8Array[] }[] = [];
    for (const [path, node] of names) {
      image.set(path, state.isFile(node) ? state.durable(node) : undefined);
      if (state.unsynced(node).length > 0) torn.push({ path, contents: variantsOf(node) });
    }
    const isExtreme = at === 0 || at === namings.length - 1;
    const max = COMBINATIONS_MAX / namings.length;
    for (const contents of combined(
      torn.map((file) => file.contents),
      { max, isExtreme },
    )) {
      const left = new Map(image);
      for (const [which, { path }] of torn.entries()) left.set(path, contents[which]);
      yield { callCount, image: left };
    }
  }
}

/** One of each: all combinations up to `max`; beyond it all of one beside an extreme of the others, or extremes alone. */
function* combined<T>(
  dimensions: readonly (readonly T[])[],
  { max, isExtreme }: { readonly max: number; readonly isExtreme: boolean },
): Generator<readonly T[]> {
  const count = dimensions.reduce((sum, { length }) => sum * length, 1);
  if (count <= max || (dimensions.length < 2 && isExtreme)) {
    yield* product(dimensions);
    return;
  }
  for (const rest of [0, -1]) {
    const extreme = dimensions.map((all) => all.slice(rest).slice(0, 1));
    if (isExtreme)
      for (const [at, all] of dimensions.entries())
        yield* product(extreme.map((one, other) => (other === at ? all : one)));
    else yield* product(extreme);
  }
}

function* product<T>([first, ...others]: readonly (readonly T[])[]): Generator<readonly T[]> {
  if (first === undefined) {
    yield [];
    return;
  }
  for (const one of first) for (const rest of product(others)) yield [one, ...rest];
}
