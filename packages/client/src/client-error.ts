import type { ErrorCode, Failure, NodeHint, Outcome } from "./protocol/index.ts";

/**
 * Those of a server, and of the client's own:
 *
 * | code              | did it happen?         | what to do                                                  |
 * | ----------------- | ---------------------- | ----------------------------------------------------------- |
 * | `BAD_REQUEST`     | no, and never will     | one side did not understand the other: look at the versions |
 * | `UNAVAILABLE`     | no, and never will     | no node could be reached in time: look at the endpoints     |
 * | `OVERLOADED`      | no, and never will     | too much waits in this client, or at the server: ask less   |
 * | `BEHIND`          | it was a read          | no node had come to its `minIndex` in time: give it more    |
 * | `CLOSED`          | no, and never will     | this client was closed                                      |
 * | `OUTCOME_UNKNOWN` | perhaps, now or later  | find out by reading; repeat only what may happen twice      |
 */
export type ClientErrorCode = ErrorCode | "UNAVAILABLE" | "CLOSED" | (string & {});

export interface ClientErrorOptions {
  readonly outcome: Outcome;
  readonly remedy?: string | undefined;
  readonly leader?: NodeHint | undefined;
  readonly cause?: unknown;
}

/** A request that was not answered as hoped for. Branch on `code` and `outcome`, which are stable; `message` is for people. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly code: ClientErrorCode;
  readonly outcome: Outcome;
  /** What can be done, in words. */
  readonly remedy: string | undefined;
  /** The leader as far as the node knew that refused. */
  readonly leader: NodeHint | undefined;

  constructor(code: ClientErrorCode, message: string, options: ClientErrorOptions) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.outcome = options.outcome;
    this.remedy = options.remedy;
    this.leader = options.leader;
  }

  static of({ code, detail, ...rest }: Failure): ClientError {
    return new ClientError(code, detail, rest);
  }
}
