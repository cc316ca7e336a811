/**
 * What the cluster replicates. Every node applies the same commands in the same order, so everything here but `read`
 * must be a function of the commands alone: no clock, no randomness, no environment, no order of a hash table.
 *
 * @typeParam Result what `apply` answers to whoever proposed the command
 * @typeParam Query what `read` is asked
 * @typeParam Answer what `read` answers
 */
export interface StateMachine<Result = unknown, Query = unknown, Answer = unknown> {
  /**
   * Applies the command that is committed at `index`. Called once per command in the order of the log, never
   * concurrently with itself or `restore`; indexes ascend but have gaps (entries that are not commands). A command that
   * makes no sense must give a result that says so, the same on every node. Throwing, or rejecting, stops the node:
   * skipping a command on one node would let the nodes diverge. `command` may be kept, not changed.
   */
  apply(command: Uint8Array, index: number): Result | Promise<Result>;

  /**
   * Answers from the state as it is now, without changing it. Never called while an `apply` or a `restore` is under way.
   * May throw: the error goes to the reader.
   */
  read(query: Query): Answer | Promise<Answer>;

  /**
   * The state as of this call, in chunks of at most about a megabyte. Everything later must stay out of it although
   * `apply` goes on while the chunks are consumed, so capture first (copy on write), then stream. The consumer may stop
   * early.
   */
  snapshot(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

  /**
   * Replaces the whole state by what `snapshot` produced, here or on another node. The bytes come in order, but not in the
   * same chunks. Rejecting stops the node.
   */
  restore(chunks: AsyncIterable<Uint8Array>): Promise<void>;
}
