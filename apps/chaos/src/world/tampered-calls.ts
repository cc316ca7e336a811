import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { DiskCall } from "../plan/fault.ts";
import { TraceReader } from "./trace-reader.ts";
import type { TamperedCall } from "./trace-reader.ts";

/** libuv writes files at an offset, and sockets and pipes without one: these are the log's and the snapshots' alone. */
const systemCalls: Readonly<Record<DiskCall, string>> = {
  fdatasync: "fdatasync",
  fsync: "fsync",
  write: "pwrite64,pwritev,pwritev2",
};

const detachTimeoutMs = 500;

/** What happens to a call. */
export type Tampering =
  /** The n-th one is refused with EIO, counted by each thread for itself. */
  | { readonly type: "fail"; readonly nth: number }
  /** Each is done at once and returns so much later. */
  | { readonly type: "delay"; readonly ms: number };

export interface TamperedCallsOptions {
  readonly pid: number;
  readonly calls: readonly DiskCall[];
  readonly tampering: Tampering;
}

/** Has the kernel tamper with calls of a running process, by way of strace, from now on. */
export class TamperedCalls {
  /** Resolves with the first call that it happened to; with undefined where strace has ended before there was one. */
  readonly firstHit: Promise<TamperedCall | undefined>;
  /** All calls that it happened to, as far as strace has told; after `stop` all of them. */
  readonly hits: TamperedCall[] = [];
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  readonly #reader = new TraceReader();
  #failure: string | undefined;

  constructor({ pid, calls, tampering }: TamperedCallsOptions) {
    const names = calls.map((call) => systemCalls[call]).join(",");
    const inject = tampering.type === "fail" ? `error=EIO:when=${tampering.nth}` : `delay_exit=${tampering.ms}ms`;
    const what = ["-e", `trace=${names}`, "-e", `inject=${names}:${inject}`, "-e", "signal=none"];
    this.#child = spawn("strace", ["-f", "-qq", "-y", ...what, "-p", String(pid)], {
      stdio: ["ignore", "ignore", "pipe"],
      detached: true,
    });
    this.#ended = once(this.#child, "close").catch((error: unknown) => {
      this.#failure = error instanceof Error ? error.message : String(error);
    });
    const hit = Promise.withResolvers<TamperedCall | undefined>();
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      for (const call of this.#reader.read(text)) {
        this.hits.push(call);
        hit.resolve(call);
      }
    });
    void this.#ended.then(() => hit.resolve(undefined));
    this.firstHit = hit.promise;
  }

  /** What strace has complained of last; empty where it has not. */
  get complaint(): string {
    return this.#failure ?? this.#reader.complaint;
  }

  /** Lets go of the process, which goes on as before. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    // Where the process ends in that moment, strace may wait for it for ever; the kernel lets go of it all the same.
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), detachTimeoutMs);
    await this.#ended;
    clearTimeout(timer);
  }
}
