import { Ground } from "../ground/ground.ts";
import type { GroundOptions } from "../ground/ground.ts";
import { measureFor } from "./modes.ts";
import { openProgress } from "./progress.ts";
import { UsageError, settingsOf } from "./settings.ts";
import type { BenchSettings } from "./settings.ts";

export const exitCodes = { measured: 0, failed: 1, notRun: 2, interrupted: 130 } as const;

export interface Surroundings {
  readonly print: (text: string) => void;
  readonly complain: (text: string) => void;
  /** Whoever wants the run to be stopped calls what is given here; more than once does no harm. */
  readonly onStop: (stop: () => void) => void;
}

/** Whoever started the run has stopped it. */
class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Does what the command line asks for, and resolves with the exit code. */
export async function runCommandLine(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { print, complain } = surroundings;
  try {
    const settings = settingsOf(args);
    if (settings.type === "print") print(settings.text.trimEnd());
    else await measure(settings.bench, surroundings);
    return exitCodes.measured;
  } catch (error) {
    if (error instanceof Interrupted) {
      complain(error.message);
      return exitCodes.interrupted;
    }
    if (error instanceof UsageError) {
      complain(error.message);
      return exitCodes.notRun;
    }
    complain(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return exitCodes.failed;
  }
}

async function measure(settings: BenchSettings, { print, complain, onStop }: Surroundings): Promise<void> {
  const perform = measureFor(settings);
  const { isJson, directory } = settings;
  const progress = openProgress({ isJson, print });
  const say: GroundOptions["progress"] = (text, kind) => progress.say(text, kind);
  const ground = await Ground.open({ within: directory, progress: say, warn: complain });
  onStop(() => void ground.stop(new Interrupted("interrupted: nothing is reported")));
  try {
    const { report, text } = await perform(settings, ground);
    ground.signal.throwIfAborted();
    progress.end();
    print(isJson ? JSON.stringify(report) : text);
  } catch (error) {
    // What goes wrong because everything was ended is not worth a word.
    ground.signal.throwIfAborted();
    throw error;
  } finally {
    progress.end();
    await ground.close();
  }
}
