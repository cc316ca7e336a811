import type { TimeMark } from "@quorate/drawing";
import type { TraceEvent } from "./trace-event.ts";

/** Sets marks where something of a trace is worth one. */
export class TraceMarks {
  readonly all: TimeMark[] = [];
  #committed = 0;

  /** `isCut`: the event is a fault that cuts links. */
  note(event: TraceEvent, isCut: boolean): void {
    const mark = this.#markOf(event, isCut);
    if (mark !== undefined) this.all.push({ ...mark, atMs: event.atMs, step: event.step });
  }

  #markOf({ kind, fields }: TraceEvent, isCut: boolean): Omit<TimeMark, "atMs" | "step"> | undefined {
    const node = fields.has("node") ? fields.text("node") : undefined;
    switch (kind) {
      case "role": {
        const [role, term] = [fields.text("role"), fields.number("term")];
        if (role === "candidate") return { kind: "election", node, term, text: `${node} stands for term ${term}` };
        return role === "leader" ? { kind: "leader", node, term, text: `${node} leads term ${term}` } : undefined;
      }
      case "commit": {
        const index = fields.number("index");
        if (index <= this.#committed) return undefined;
        this.#committed = index;
        return { kind: "commit", node, text: `entry ${index} is committed`, values: { index } };
      }
      case "crashed":
        return { kind: "crash", node, text: `${node} ${fields.flag("power") ? "loses power" : "dies"}` };
      case "failed":
        return { kind: "crash", node, text: `${node} stops for good: ${fields.text("reason")}` };
      case "started":
        return fields.number("life") > 1 ? { kind: "restart", node, text: `${node} is started again` } : undefined;
      case "snapshot": {
        const [index, origin] = [fields.number("index"), fields.text("origin")];
        return {
          kind: "snapshot",
          node,
          text: `${node} has ${origin} a snapshot of all up to ${index}`,
          values: { index },
        };
      }
      case "fault": {
        const fault = fields.object("fault");
        const values = { fault: fault.text("type") };
        return { kind: isCut ? "cut" : "action", node: undefined, text: `fault: ${values.fault}`, values };
      }
      case "healed":
        return { kind: "heal", node: undefined, text: "the faults are over" };
      case "violation": {
        const values = { invariant: fields.text("invariant") };
        return { kind: "violation", node, text: `${values.invariant}: ${fields.text("reason")}`, values };
      }
      default:
        return undefined;
    }
  }
}
