import { RaftError } from "@quorate/raft-core";
import { VALUE_BYTES_CEILING, encodeCommand } from "@quorate/statemachine-kv";
import type { Command, KeyValue, KvQuery, OperationResult } from "@quorate/statemachine-kv";
import {
  NO_OPTIONS,
  assertArgument,
  assertKey,
  assertOptions,
  rangeOptionsSchema,
  rangeSchema,
  readOptionsSchema,
  txnSchema,
  waitOptionsSchema,
} from "./arguments.ts";
import type { Bytes, RangeOf, TxnCompare, TxnOperation } from "./bytes.ts";
import { bytesOf, compareOf, keyRangeOf, operationOf } from "./bytes.ts";
import { ClientError } from "./client-error.ts";
import { Dispatcher, type WaitOptions } from "./dispatcher.ts";
import { type KvClientOptions, settingsOf } from "./options.ts";
import type { Answered, CommandResult, Consistency, NodeStatus } from "./protocol/index.ts";

/** What a request takes in memory besides its bytes. */
const REQUEST_BYTES = 256;

/** Part of every answer. */
export interface Answer {
  /** The store's revision: of a write its own, of a read that of what was seen. */
  readonly revision: number;
  /** Give it as `minIndex` to a read that must show at least as much, on any node. */
  readonly appliedIndex: number;
}

export interface GetAnswer extends Answer {
  /** Undefined where there is no such key. */
  readonly kv: KeyValue | undefined;
}

export interface RangeAnswer extends Answer {
  readonly kvs: readonly KeyValue[];
  /** There are more behind the last one: ask on from there. */
  readonly more: boolean;
}

export interface DeleteAnswer extends Answer {
  readonly deleted: number;
}

export interface TxnAnswer extends Answer {
  readonly succeeded: boolean;
  readonly responses: readonly OperationResult[];
}

export interface ReadOptions extends WaitOptions {
  /** Default: `linearizable`. See raft-node's `ReadOptions`. */
  readonly consistency?: Consistency | undefined;
}

export interface RangeOptions extends ReadOptions {
  /** At most this many keys; a server has limits of its own, in number and in bytes. */
  readonly limit?: number | undefined;
  readonly keysOnly?: boolean | undefined;
}

export interface TxnRequest {
  readonly compares?: readonly TxnCompare[] | undefined;
  readonly success?: readonly TxnOperation[] | undefined;
  readonly failure?: readonly TxnOperation[] | undefined;
}

/**
 * A client of a cluster of kv-servers. Any number of requests may be under way; no order among them is promised.
 *
 * Every method rejects with a `TypeError` for a wrong argument, with the signal's reason where that aborts, else with a
 * `ClientError` whose `outcome` says whether it may have happened. What was certainly not done is tried again until the
 * request's time is over; what may have been done never is.
 */
export class KvClient {
  readonly #dispatcher: Dispatcher;

  private constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher;
  }

  /** Connects in the background: the first requests wait for it. Throws a `TypeError` that names a wrong option. */
  static open(options: KvClientOptions): KvClient {
    return new KvClient(new Dispatcher(settingsOf(options)));
  }

  /** Resolves when the value is durable on a majority. */
  async put(key: Bytes, value: Bytes, options: WaitOptions = NO_OPTIONS): Promise<Answer> {
    assertOptions(waitOptionsSchema, options);
    const command = { type: "put", key: bytesOf(key), value: bytesOf(value) } as const;
    const { result, appliedIndex } = await this.#command(command, options);
    return { revision: result.revision, appliedIndex };
  }

  async delete(key: Bytes, options: WaitOptions = NO_OPTIONS): Promise<DeleteAnswer> {
    assertOptions(waitOptionsSchema, options);
    const { result, appliedIndex } = await this.#command({ type: "delete", key: bytesOf(key) }, options);
    if (result.type !== "delete") throw unexpected(result.type);
    return { revision: result.revision, deleted: result.deleted, appliedIndex };
  }

  /** If every compare holds, `success` is done, else `failure`: all at one revision. */
  async txn(request: TxnRequest, options: WaitOptions = NO_OPTIONS): Promise<TxnAnswer> {
    assertArgument("request", txnSchema, request);
    assertOptions(waitOptionsSchema, options);
    const { compares = [], success = [], failure = [] } = request;
    const command = {
      type: "txn",
      compares: compares.map(compareOf),
      success: success.map(operationOf),
      failure: failure.map(operationOf),
    } as const;
    const { result, appliedIndex } = await this.#command(command, options);
    if (result.type !== "txn") throw unexpected(result.type);
    return { revision: result.revision, succeeded: result.succeeded, responses: result.responses, appliedIndex };
  }

  async get(key: Bytes, options: ReadOptions = NO_OPTIONS): Promise<GetAnswer> {
    assertKey(key);
    assertOptions(readOptionsSchema, options);
    const answer = await this.#query({ type: "get", key: bytesOf(key) }, options);
    if (answer.type !== "query" || answer.result.type !== "get") throw unexpected(answer.result);
    return { revision: answer.result.revision, kv: answer.result.kv, appliedIndex: answer.appliedIndex };
  }

  /** In bytewise order of the keys. */
  async range(range: RangeOf, options: RangeOptions = NO_OPTIONS): Promise<RangeAnswer> {
    assertArgument("range", rangeSchema, range);
    assertOptions(rangeOptionsSchema, options);
    const { limit, keysOnly } = options;
    const given = { ...(limit === undefined ? {} : { limit }), ...(keysOnly === undefined ? {} : { keysOnly }) };
    const answer = await this.#query({ type: "range", range: keyRangeOf(range), ...given }, options);
    if (answer.type !== "query" || answer.result.type !== "range") throw unexpected(answer.result);
    const { revision, kvs, more } = answer.result;
    return { revision, kvs, more, appliedIndex: answer.appliedIndex };
  }

  /** Of the node that this client is connected to. */
  async status(options: WaitOptions = NO_OPTIONS): Promise<NodeStatus> {
    assertOptions(waitOptionsSchema, options);
    const answer = await this.#dispatcher.submit({ type: "status" }, REQUEST_BYTES, options);
    if (answer.type !== "status") throw unexpected(answer.type);
    return answer.result;
  }

  /** Takes no more requests, waits for those under way, each until its deadline at most, then disconnects. Idempotent. */
  close(): Promise<void> {
    return this.#dispatcher.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #command(command: Command, options: WaitOptions): Promise<{ result: CommandResult; appliedIndex: number }> {
    const bytes = encode(command);
    const request = { type: "command", command: bytes } as const;
    return this.#dispatcher.submit(request, REQUEST_BYTES + bytes.length, options).then(commandAnswer);
  }

  #query(query: KvQuery, { consistency = "linearizable", ...options }: ReadOptions): Promise<Answered> {
    const request = { type: "query", query, consistency } as const;
    return this.#dispatcher.submit(request, REQUEST_BYTES + bytesIn(query), options);
  }
}

/** How large a value may be is the server's to say. */
function encode(command: Command): Uint8Array {
  try {
    return encodeCommand(command, { valueBytesMax: VALUE_BYTES_CEILING });
  } catch (error) {
    if (!(error instanceof RaftError)) throw error;
    throw new ClientError(error.code, error.message, { outcome: "not-applied", remedy: "send less", cause: error });
  }
}

function bytesIn(query: KvQuery): number {
  if (query.type === "get") return query.key.length;
  if ("prefix" in query.range) return query.range.prefix.length;
  return (query.range.start?.length ?? 0) + (query.range.end?.length ?? 0);
}

function commandAnswer(answer: Answered): Extract<Answered, { type: "command" }> {
  if (answer.type !== "command") throw unexpected(answer.type);
  return answer;
}

function unexpected(what: unknown): TypeError {
  return new TypeError(`the server has answered something else: ${JSON.stringify(what)}`);
}
