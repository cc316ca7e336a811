import { Fields, type TraceEvent, type TraceHeader } from "./trace-event.ts";

/** As the simulator writes it. */
export const TRACE_FORMAT = "quorate-simulator-trace";
/** The versions that are read here. */
export const TRACE_VERSIONS: readonly number[] = [1, 2];

/** An event takes some hundred characters. */
const LINE_MAX = 1_000_000;

function parse(line: string, where: string): Fields {
  if (line.length > LINE_MAX) throw new TypeError(`${where} has more than ${LINE_MAX} characters`);
  try {
    return new Fields(JSON.parse(line), where);
  } catch (cause) {
    if (cause instanceof TypeError) throw cause;
    throw new TypeError(`${where} is no JSON: a trace file holds one object per line`, { cause });
  }
}

/** The first line of a trace file. Throws a TypeError that says what is wrong with anything else. */
export function headerOf(line: string): TraceHeader {
  const header = parse(line, "line 1");
  if (!header.has("format") || header.text("format") !== TRACE_FORMAT) {
    throw new TypeError(`line 1: this is no trace file of the simulator: format is not "${TRACE_FORMAT}"`);
  }
  const version = header.number("version");
  if (!TRACE_VERSIONS.includes(version)) {
    const known = TRACE_VERSIONS.join(" and ");
    throw new TypeError(
      `line 1: the trace has version ${version}, and only ${known} can be read here: open it with the release of Quorate that wrote it, or let this one play its plan again`,
    );
  }
  const plan = header.object("plan");
  const configuration = plan.object("configuration");
  const link = configuration.object("link");
  const founders = configuration.texts("nodes");
  return {
    version,
    founders,
    nodes: [...founders, ...(configuration.has("spares") ? configuration.texts("spares") : [])],
    delayMs: link.numberOr("delayMsMin", 1) + link.numberOr("delayMsMean", 1),
    seed: plan.text("seed"),
    profile: plan.text("profile"),
  };
}

/** Any other line of it; `before` is the one before. */
export function eventOf(line: string, number: number, before: TraceEvent | undefined): TraceEvent {
  const where = `line ${number}`;
  const fields = parse(line, where);
  const event = { step: fields.number("step"), atMs: fields.number("atMs"), kind: fields.text("kind"), fields };
  if (before !== undefined && (event.atMs < before.atMs || event.step < before.step)) {
    throw new TypeError(`${where} happens before the line above: the events of a trace are in their order`);
  }
  return event;
}
