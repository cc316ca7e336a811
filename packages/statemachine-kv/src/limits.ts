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

/** What the ranges of one transaction, which every node executes, may answer in all: one that exceeds it ends with `more`. */
export const TXN_RANGE_BYTES_MAX: number = 1 * MIB;

/** What the gets of one transaction may answer in all: one that asks for more is `invalid`. */
export const TXN_GET_BYTES_MAX: number = VALUE_BYTES_CEILING;
