export interface Progress {
  /** A step is told at once, whatever was said just before. */
  say(text: string, kind?: "step"): void;
  /** What was said last is gone where it could be overwritten; idempotent. */
  end(): void;
}

export interface ProgressOptions {
  readonly isJson: boolean;
  readonly print: (text: string) => void;
  /** Where a terminal is, what is said takes one line of it and is overwritten. */
  readonly terminal?: Pick<NodeJS.WriteStream, "isTTY" | "write" | "columns">;
}

/** Elsewhere than on a terminal, not more often than this. */
const pauseMs = 5000;

/** Says what is under way; nothing at all for programs. */
export function openProgress({ isJson, print, terminal = process.stdout }: ProgressOptions): Progress {
  if (isJson) return { say: () => undefined, end: () => undefined };
  if (!terminal.isTTY) return seldom(print);
  const clear = "\r\u001B[K";
  return {
    say: (text) => void terminal.write(`${clear}${text.slice(0, Math.max(1, terminal.columns - 1))}`),
    end: () => void terminal.write(clear),
  };
}

function seldom(print: (text: string) => void): Progress {
  let saidMs = performance.now() - pauseMs;
  return {
    say(text, kind) {
      if (kind === undefined && performance.now() - saidMs < pauseMs) return;
      saidMs = performance.now();
      print(text);
    },
    end: () => undefined,
  };
}
