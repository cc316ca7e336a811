import type { ChildProcess } from "node:child_process";

/** How a process ended: exactly one of the two is there. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server has ended by itself because its disk had failed, as it says in its log. */
export const exitFailed = 70;
/** As before, but while it was starting. */
export const exitCannotStart = 1;

/** Resolves when it has ended; rejects where it could not be started. */
export function endingOf(child: ChildProcess): Promise<Ending> {
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("exit", (code, signal) => resolve({ code, signal }));
  });
}

export function endingInWords({ code, signal }: { code: number | null; signal: string | null }): string {
  return signal ?? `exit code ${code}`;
}
