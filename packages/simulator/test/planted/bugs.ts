import type { Message, Storage, Transport } from "@quorate/raft-core";
import type { KvAnswer, KvQuery } from "@quorate/statemachine-kv";
import type { Hooks, KvMachine } from "../../src/index.ts";

const ignore = (): void => undefined;

/** A storage with some of its methods replaced. */
function storageWith(inner: Storage, replaced: Partial<Storage>): Storage {
  return {
    load: () => inner.load(),
    append: (write) => inner.append(write),
    read: (from, to, maxBytes) => inner.read(from, to, maxBytes),
    compact: (position) => inner.compact(position),
    reset: (position) => inner.reset(position),
    close: () => inner.close(),
    ...replaced,
  };
}

function machineWith(inner: KvMachine, replaced: Partial<KvMachine>): KvMachine {
  return {
    apply: (command, index) => inner.apply(command, index),
    read: (query) => inner.read(query),
    snapshot: () => inner.snapshot(),
    restore: (chunks) => inner.restore(chunks),
    digest: () => inner.digest(),
    ...replaced,
  };
}

function transportSending(inner: Transport, change: (message: Message) => Message): Transport {
  return {
    start: (handler) => inner.start(handler),
    setMembers: (members) => inner.setMembers(members),
    send: (to, message) => inner.send(to, change(message)),
    close: () => inner.close(),
  };
}

/** Says that a write is durable as soon as it is asked for. */
export const resolvesTooEarly: Hooks = {
  storage: (inner) =>
    storageWith(inner, {
      append(write) {
        inner.append(write).catch(ignore);
        return Promise.resolve();
      },
    }),
};

/** Remembers the term, but not the vote. */
export const forgetsVotes: Hooks = {
  storage: (inner) =>
    storageWith(inner, {
      append({ hardState, entries }) {
        return inner.append({ hardState: hardState && { term: hardState.term, votedFor: undefined }, entries });
      },
    }),
};

/** Never writes the last entry of a long write. */
export const losesEnds: Hooks = {
  storage: (inner) =>
    storageWith(inner, {
      async append(write) {
        const [first, ...rest] = write.entries;
        await inner.append(rest.length > 1 && first ? { ...write, entries: [first, ...rest.slice(0, -1)] } : write);
      },
    }),
};

/** One node's state machine skips a command now and then. */
export const dependsOnTheNode: Hooks = {
  stateMachine: (inner, node) =>
    machineWith(inner, {
      apply(command, index) {
        return node === "n1" && index % 10 === 0 ? { type: "put", revision: 1 } : inner.apply(command, index);
      },
    }),
};

/** Answers every question as it would have answered it the last time. */
export const answersFromThePast: Hooks = {
  stateMachine(inner) {
    const remembered = new Map<string, KvAnswer>();
    const read = (query: KvQuery): KvAnswer | Promise<KvAnswer> => {
      const key = JSON.stringify(query);
      const known = remembered.get(key);
      const answer = inner.read(query);
      if (!(answer instanceof Promise)) remembered.set(key, answer);
      return known ?? answer;
    };
    return machineWith(inner, { read });
  },
};

/** Answers with the revision of now, and with what each key held when it was last asked for. */
export const mixesPastAndPresent: Hooks = {
  stateMachine(inner) {
    const remembered = new Map<string, KvAnswer>();
    const read = (query: KvQuery): KvAnswer | Promise<KvAnswer> => {
      const answer = inner.read(query);
      if (answer instanceof Promise || answer.type !== "get") return answer;
      const key = JSON.stringify(query);
      const known = remembered.get(key);
      remembered.set(key, answer);
      return known?.type === "get" ? { ...answer, kv: known.kv } : answer;
    };
    return machineWith(inner, { read });
  },
};

/** A candidate boasts of a log that reaches further than anybody's. */
export const boastsOfItsLog: Hooks = {
  transport: (inner) =>
    transportSending(inner, (message) =>
      message.type === "request-vote" ? { ...message, lastTerm: message.term, lastIndex: 1_000_000 } : message,
    ),
};

/** Reads every entry over and over for as long as it is there. */
export const readsForEver: Hooks = {
  storage: (inner) => {
    const readAgain = (index: number): void => {
      const next = (entries: readonly unknown[]): void => void (entries.length > 0 && readAgain(index));
      inner.read(index, index, 0).then(next, ignore);
    };
    return storageWith(inner, {
      async append(write) {
        await inner.append(write);
        const index = write.entries[0]?.index ?? 0;
        for (let loop = 0; loop < 300; loop += 1) readAgain(index);
      },
    });
  },
};

/** A follower acknowledges one entry more than it holds. */
export const acknowledgesTooMuch: Hooks = {
  transport: (inner) =>
    transportSending(inner, (message) =>
      message.type === "append-entries-reply" && message.accepted
        ? { ...message, matchIndex: message.matchIndex + 1 }
        : message,
    ),
};

/** A voter says yes to everybody. */
export const grantsEveryVote: Hooks = {
  transport: (inner) =>
    transportSending(inner, (message) =>
      message.type === "request-vote-reply" && !message.pre ? { ...message, granted: true } : message,
    ),
};
