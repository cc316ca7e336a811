import type { TimeMark } from "@quorate/drawing";
import { MarkList } from "../watch/mark-list.ts";
import { type Fields, type TraceEvent, entriesOf } from "./trace-event.ts";

type MarkText = Omit<TimeMark, "atMs" | "step">;

/** Sets marks where something of a trace is worth one. */
export class TraceMarks {
  readonly #marks = new MarkList();
  #committed = 0;
  /** Who leads, by what it last said. */
  readonly #leading = new Set<string>();
  readonly #forgotten = new Set<string>();

  /** A bounded number of them. */
  get all(): readonly TimeMark[] {
    return this.#marks.all;
  }

  /** `isCut`: the event is a fault that cuts links. */
  note(event: TraceEvent, isCut: boolean): void {
    const mark = this.#markOf(event, isCut);
    if (mark !== undefined) this.#marks.add({ ...mark, atMs: event.atMs, step: event.step });
  }

  #markOf({ kind, fields }: TraceEvent, isCut: boolean): MarkText | undefined {
    const node = fields.has("node") ? fields.text("node") : undefined;
    switch (kind) {
      case "role": {
        const [role, term] = [fields.text("role"), fields.number("term")];
        if (node !== undefined && role === "leader") this.#leading.add(node);
        else if (node !== undefined) this.#leading.delete(node);
        if (role === "candidate") return { kind: "election", node, term, text: `${node} stands for term ${term}` };
        return role === "leader" ? { kind: "leader", node, term, text: `${node} leads term ${term}` } : undefined;
      }
      case "commit": {
        const index = fields.number("index");
        if (index <= this.#committed) return undefined;
        this.#committed = index;
        return { kind: "commit", node, text: `entry ${index} is committed`, values: { index } };
      }
      case "append":
        return this.#configures(node, fields);
      case "status":
        return this.#isForgotten(node, fields.flag("isForgotten"));
      case "wiped":
        return { kind: "crash", node, text: `${node} loses its disk` };
      case "crashed":
        this.#leading.delete(node ?? "");
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

  #configures(node: string | undefined, fields: Fields): MarkText | undefined {
    if (node === undefined || !this.#leading.has(node) || !fields.has("entries")) return undefined;
    const index = entriesOf(fields).findLast(({ kind }) => kind === "membership")?.index;
    if (index === undefined) return undefined;
    return { kind: "membership", node, text: `${node} appends a configuration at ${index}`, values: { index } };
  }

  #isForgotten(node: string | undefined, isForgotten: boolean): MarkText | undefined {
    if (node === undefined || isForgotten === this.#forgotten.has(node)) return undefined;
    if (!isForgotten) {
      this.#forgotten.delete(node);
      return undefined;
    }
    this.#forgotten.add(node);
    return { kind: "membership", node, text: `${node} finds that the cluster knows another node of its name` };
  }
}
