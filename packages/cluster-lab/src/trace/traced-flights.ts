import type { FlightView } from "@quorate/drawing";
import type { Fields, TraceEvent } from "./trace-event.ts";

/**
 * Matches what is sent with what arrives, and gives every message a time of arrival; before anything is drawn. Yields
 * after every event.
 */
export function* flightsOf(events: readonly TraceEvent[], delayMs: number): Generator<void, readonly FlightView[]> {
  const open = new Map<string, { flight: FlightView; at: number }[]>();
  const flights: FlightView[] = [];
  for (const event of events) {
    yield;
    const { atMs, fields, kind } = event;
    if (kind !== "send" && kind !== "deliver" && kind !== "lost") continue;
    const message = fields.object("message");
    const key = `${fields.text("from")} ${fields.text("to")} ${message.toString()}`;
    if (kind === "send") {
      const flight = flightOf(flights.length + 1, event, message, atMs + delayMs);
      const alike = open.get(key);
      if (alike === undefined) open.set(key, [{ flight, at: flights.length }]);
      else alike.push({ flight, at: flights.length });
      flights.push(flight);
      continue;
    }
    // A copy arrives without having been sent.
    const sent = open.get(key)?.shift();
    if (sent === undefined) continue;
    const isLost = kind === "lost";
    const fate = !isLost ? "arrives" : fields.text("reason") === "cut" ? "cut" : "lost";
    // One that never left is shown for as long as it would have taken.
    const dueMs = isLost && atMs === sent.flight.sentMs ? atMs + delayMs : atMs;
    flights[sent.at] = { ...sent.flight, fate, dueMs };
  }
  return flights;
}

function flightOf(id: number, { atMs, fields }: TraceEvent, message: Fields, dueMs: number): FlightView {
  const type = message.text("type") as FlightView["type"];
  const plain = message.plain().filter(([name]) => name !== "incarnation");
  const entries = type === "append-entries" ? [["entries", String(message.objects("entries").length)] as const] : [];
  return {
    id,
    from: fields.text("from"),
    to: fields.text("to"),
    type,
    sentMs: atMs,
    dueMs,
    // Neither arrives nor is lost before the trace ends.
    fate: "arrives",
    fields: [...plain, ...entries],
  };
}
