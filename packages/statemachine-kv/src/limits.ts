const KIB = 1024;
const MIB = 1024 * KIB;

/** A key has 1 to this many bytes. */
export const KEY_BYTES_MAX: number = 8 * KIB;

/**
 * What no value may exceed on any node, however it is configured. The limits here decide what a committed command
 * does, so they are part of the format: a node with others would diverge.
 */
export const VALUE_BYTES_CEILING: number = 16 * MIB;

/** What `encodeCommand` lets a value have if it is told nothing else. */
export const VALUE_BYTES_MAX_DEFAULT: number = 1 * MIB;

/** A transaction has at most this many compares, success operations and failure operations each. */
export const TXN_OPERATIONS_MAX = 128;

/** A range inside a transaction, which every node executes, ends with `more` when its answer exceeds this. */
export const TXN_RANGE_BYTES_MAX: number = 1 * MIB;
