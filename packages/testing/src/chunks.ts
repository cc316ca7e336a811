/** What a state machine's `snapshot` returns, and what a store's `save` takes. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export function iterate(chunks: Chunks): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  return Symbol.asyncIterator in chunks ? chunks[Symbol.asyncIterator]() : chunks[Symbol.iterator]();
}

export async function* stream(chunks: Chunks): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

export async function collect(chunks: Chunks): Promise<Uint8Array[]> {
  const collected: Uint8Array[] = [];
  for await (const chunk of chunks) collected.push(chunk);
  return collected;
}

/** The same bytes in chunks of another size. */
export function recut(chunks: readonly Uint8Array[], sizeBytes: number): Uint8Array[] {
  const all = new Uint8Array(chunks.reduce((total, chunk) => total + chunk.length, 0));
  let end = 0;
  for (const chunk of chunks) {
    all.set(chunk, end);
    end += chunk.length;
  }
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < all.length; at += sizeBytes) pieces.push(all.slice(at, at + sizeBytes));
  return pieces;
}
