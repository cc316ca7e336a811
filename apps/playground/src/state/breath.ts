/** So long a piece of work holds the thread: a page that draws sixty times a second has a little more. */
const PIECE_MS = 12;

/** Lets the page draw and answer. */
export function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** True once work has gone on for long enough, counted from now on. */
export function pieceOfTime(): () => boolean {
  const endMs = performance.now() + PIECE_MS;
  return () => performance.now() >= endMs;
}

/** To be called often by long work: a promise to wait for, whenever a piece of it is done. */
export function breathing(): () => Promise<void> | undefined {
  let isOver = pieceOfTime();
  return () => {
    if (!isOver()) return undefined;
    return breath().then(() => void (isOver = pieceOfTime()));
  };
}
