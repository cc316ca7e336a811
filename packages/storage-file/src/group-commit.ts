import { RaftError } from "@quorate/raft-core";
import { storageFailed } from "./failures.ts";

export interface Committer<Job> {
  sizeOf(job: Job): number;
  /** Makes the jobs durable, in order. Its first failure is its last call. */
  commit(jobs: readonly Job[]): Promise<void>;
  /** Called when those who asked have been told. Fails like `commit`. */
  afterCommit(isIdle: boolean): Promise<void>;
}

interface Waiting<Job> {
  readonly job: Job;
  readonly resolve: () => void;
  readonly reject: (reason: unknown) => void;
}

/** A batch takes no more jobs once it has this many bytes; a bound on what one write holds in memory. */
const BATCH_BYTES = 4 * 1024 * 1024;

/** Lets whatever is asked for while a batch is on its way to disk go out together as the next batch. */
export class GroupCommit<Job> {
  readonly #committer: Committer<Job>;
  readonly #directory: string;
  #queue: Waiting<Job>[] = [];
  #running: Promise<void> | undefined;
  #failure: RaftError | undefined;
  #isClosed = false;

  /** `directory` is what a failure names. */
  constructor(committer: Committer<Job>, directory: string) {
    this.#committer = committer;
    this.#directory = directory;
  }

  /** Throws where no job is taken any more. */
  check(): void {
    if (this.#isClosed) throw new RaftError("CLOSED", "the log is closed");
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Resolves when the job and all before it are durable. */
  submit(job: Job): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ job, resolve, reject });
      this.#running ??= this.#run();
    });
  }

  /** Takes no more jobs and waits for those that it has. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #run(): Promise<void> {
    // What is submitted in the same turn belongs to the same batch.
    await Promise.resolve();
    while (this.#queue.length > 0) await this.#commitNext();
    this.#running = undefined;
  }

  async #commitNext(): Promise<void> {
    const batch = this.#queue.splice(0, this.#nextCount());
    try {
      await this.#committer.commit(batch.map((waiting) => waiting.job));
      for (const waiting of batch.splice(0)) waiting.resolve();
      // Those who go on at once, now that they have been told, find the committer free.
      for (let hop = 0; hop < 4 && this.#queue.length === 0; hop += 1) await Promise.resolve();
      await this.#committer.afterCommit(this.#queue.length === 0);
    } catch (error) {
      this.#failure = storageFailed(`writing the log in ${this.#directory}`, error);
      for (const waiting of [...batch, ...this.#queue.splice(0)]) waiting.reject(this.#failure);
    }
  }

  /** How many of those that are waiting go into the next batch; at least one. */
  #nextCount(): number {
    let bytes = 0;
    let count = 0;
    for (const { job } of this.#queue) {
      if (bytes >= BATCH_BYTES) break;
      bytes += this.#committer.sizeOf(job);
      count += 1;
    }
    return count;
  }
}
