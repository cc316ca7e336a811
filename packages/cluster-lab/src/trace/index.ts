export { TRACE_FORMAT, TRACE_VERSIONS } from "./parse.ts";
export { readTrace, readTraceInPieces } from "./read-trace.ts";
export type { ReadTraceOptions, TraceRecording } from "./read-trace.ts";
