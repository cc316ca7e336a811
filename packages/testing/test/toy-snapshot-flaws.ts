/** What is wrong with a toy snapshot store. */
export type StoreFlaw =
  | "knows one from the start"
  | "no checksum"
  | "not durable"
  | "visible too early"
  | "keeps what was aborted"
  | "throws its own error"
  | "leaves its temporaries"
  | "takes older ones"
  | "keeps the producer's buffer"
  | "cannot be empty"
  | "ends at a megabyte"
  | "collects before writing"
  | "forgets who reads"
  | "gives its own memory"
  | "reads what is not there"
  | "readers share their place"
  | "checks its data only"
  | "takes longer files"
  | "swaps in two steps"
  | "stays failed"
  | "a transfer that failed stays failed"
  | "takes any offset"
  | "takes any size"
  | "takes any checksum"
  | "takes it again"
  | "takes earlier transfers"
  | "visible with its first chunk"
  | "no empty transfer"
  | "keeps the sender's buffer"
  | "believes in room set aside"
  | "a received one is not durable"
  | "mixes transfers"
  | "never gives a transfer up"
  | "answers out of turn"
  | "a transfer gets into a save"
  | "takes names"
  | "answers when closed"
  | "does not wait at close"
  | "keeps a handle";

/** Each flaw, and the numbers of the cases that find it. */
export const toySnapshotFlaws: ReadonlyMap<StoreFlaw, readonly string[]> = new Map([
  ["knows one from the start", ["N01", "N03", "N11", "N12", "N13", "N15"]],
  ["no checksum", ["N02", "N05", "N07", "N11", "N12", "N13"]],
  ["not durable", ["N02", "N03", "N10", "N12"]],
  ["visible too early", ["N03", "N10", "N11"]],
  ["keeps what was aborted", ["N03", "N10", "N11"]],
  ["throws its own error", ["N03", "N11"]],
  ["leaves its temporaries", ["N03"]],
  ["takes older ones", ["N02", "N04"]],
  ["keeps the producer's buffer", ["N05"]],
  ["cannot be empty", ["N05", "N12"]],
  ["ends at a megabyte", ["N05", "N06"]],
  ["collects before writing", ["N05"]],
  ["forgets who reads", ["N06"]],
  ["gives its own memory", ["N07"]],
  ["reads what is not there", ["N07"]],
  ["readers share their place", ["N07"]],
  ["checks its data only", ["N09"]],
  ["takes longer files", ["N09"]],
  ["swaps in two steps", ["N10"]],
  ["stays failed", ["N11"]],
  ["a transfer that failed stays failed", ["N11"]],
  ["takes any offset", ["N12"]],
  ["takes any size", ["N12"]],
  ["takes any checksum", ["N12"]],
  ["takes it again", ["N12"]],
  ["takes earlier transfers", ["N12"]],
  ["visible with its first chunk", ["N11", "N12", "N13"]],
  ["no empty transfer", ["N12"]],
  ["keeps the sender's buffer", ["N12"]],
  ["believes in room set aside", ["N12"]],
  ["a received one is not durable", ["N12"]],
  ["mixes transfers", ["N12", "N13"]],
  ["never gives a transfer up", ["N13"]],
  ["answers out of turn", ["N13"]],
  ["a transfer gets into a save", ["N13"]],
  ["takes names", ["N15"]],
  ["answers when closed", ["N16"]],
  ["does not wait at close", ["N16"]],
  ["keeps a handle", ["N16"]],
]);
