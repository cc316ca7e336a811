import { extentAt } from "./extent.ts";

/** What bytes may be before a decoder sees them. */
export interface Shape {
  /** How many arrays and maps may stand inside one another. */
  readonly depthMax: number;
  readonly mapFieldsMax: number;
  /** How many values there may be in all, keys of maps included. */
  readonly elementsMax: number;
  /** What stands in the bytes: one map, or arrays one after the other. */
  readonly top: "one map" | "arrays";
  /**
   * Whether all text must be ASCII: what a decoder makes of bytes that are no UTF-8, or that write a character longer
   * than it is, differs from one to the next.
   */
  readonly asciiOnly: boolean;
}

interface Open {
  readonly isMap: boolean;
  /** How many values it still holds; before a map's key, an even number of them. */
  left: number;
}

/**
 * What is wrong with `bytes` as MessagePack of that shape; undefined where nothing is. Nothing that they claim (four
 * billion elements, a hundred thousand levels, an extension type) is ever acted upon, and the verdict is a function of
 * the bytes alone: how deep a recursive decoder gets depends on the stack that is left to it, and on how warm its code
 * is. Takes time in proportion to the bytes, and memory in proportion to `depthMax`.
 */
export function faultIn(bytes: Uint8Array, shape: Shape): string | undefined {
  if (bytes.length === 0) return "nothing at all";
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const open: Open[] = [];
  let elements = 0;
  for (let at = 0; at < bytes.length;) {
    const extent = extentAt(view, at);
    if (typeof extent === "string") return extent;
    const { kind } = extent;
    const holder = open.at(-1);
    if (holder === undefined) {
      if (kind !== (shape.top === "arrays" ? "array" : "map")) return "a value outside that is of another type";
      if (at > 0 && shape.top === "one map") return "more than one value";
    } else {
      if (holder.isMap && holder.left % 2 === 0 && kind !== "text") return "a map with a key that is no text";
      holder.left -= 1;
    }
    elements += 1;
    if (elements > shape.elementsMax) return `more than ${shape.elementsMax} values`;
    if (kind === "map" && extent.elements > 2 * shape.mapFieldsMax) return `a map of ${extent.elements / 2} fields`;
    const end = at + extent.bytes;
    if (kind === "text" && shape.asciiOnly && !isAscii(bytes, at + extent.headBytes, end)) return "text beyond ASCII";
    at = end;
    if (extent.elements > 0) {
      if (open.length >= shape.depthMax) return `more than ${shape.depthMax} levels`;
      open.push({ isMap: kind === "map", left: extent.elements });
    }
    while (open.at(-1)?.left === 0) open.pop();
  }
  return open.length > 0 ? "an end within a value" : undefined;
}

function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if ((bytes[at] ?? 0) > 0x7f) return false;
  return true;
}
