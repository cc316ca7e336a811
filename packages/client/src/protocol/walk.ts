import { Malformed } from "./malformed.ts";

/** Nothing of this protocol is deeper; a map has few fields. */
const DEPTH_MAX = 16;
const MAP_FIELDS_MAX = 64;

/** A value's size in the encoding: that of its head, its body, and how many values it holds. */
interface Extent {
  readonly bytes: number;
  readonly elements: number;
}

/**
 * Throws `Malformed` unless `bytes` are MessagePack values one after the other, each an array. They are walked before
 * the decoder sees them, so that nothing that they claim (four billion elements, a hundred thousand levels, an extension
 * type) is ever acted upon. A message may have `elementsMax` values in all.
 */
export function assertFrames(bytes: Uint8Array, elementsMax: number): void {
  if (bytes.length === 0) throw new Malformed("an empty message");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  /** How many values each open array or map still holds. */
  const open: number[] = [];
  let elements = 0;
  for (let at = 0; at < bytes.length;) {
    const type = view.getUint8(at);
    const isFrame = open.length === 0;
    if (isFrame && !isArray(type)) throw new Malformed("a frame that is no array");
    const extent = extentAt(view, at, type);
    at += extent.bytes;
    elements += 1;
    if (elements > elementsMax) throw new Malformed(`a message of more than ${elementsMax} parts`);
    if (!isFrame) open.push((open.pop() ?? 0) - 1);
    if (extent.elements > 0) {
      if (open.length >= DEPTH_MAX) throw new Malformed(`a frame of more than ${DEPTH_MAX} levels`);
      open.push(extent.elements);
    }
    while (open.at(-1) === 0) open.pop();
  }
  if (open.length > 0) throw new Malformed("a message that ends within a frame");
}

function isArray(type: number): boolean {
  return (type >= 0x90 && type <= 0x9f) || type === 0xdc || type === 0xdd;
}

function extentAt(view: DataView, at: number, type: number): Extent {
  const extent = extentOf(view, at, type);
  if (at + extent.bytes > view.byteLength) throw new Malformed("a message that ends within a value");
  return extent;
}

function extentOf(view: DataView, at: number, type: number): Extent {
  if (type <= 0x7f || type >= 0xe0) return { bytes: 1, elements: 0 };
  if (type <= 0x8f) return mapOf(1, type - 0x80);
  if (type <= 0x9f) return { bytes: 1, elements: type - 0x90 };
  if (type <= 0xbf) return { bytes: 1 + (type - 0xa0), elements: 0 };
  const scalar = scalarBytes[type];
  if (scalar !== undefined) return { bytes: scalar, elements: 0 };
  switch (type) {
    case 0xc4:
    case 0xd9:
      return { bytes: 2 + lengthAt(view, at + 1, 1), elements: 0 };
    case 0xc5:
    case 0xda:
      return { bytes: 3 + lengthAt(view, at + 1, 2), elements: 0 };
    case 0xc6:
    case 0xdb:
      return { bytes: 5 + lengthAt(view, at + 1, 4), elements: 0 };
    case 0xdc:
      return { bytes: 3, elements: lengthAt(view, at + 1, 2) };
    case 0xdd:
      return { bytes: 5, elements: lengthAt(view, at + 1, 4) };
    case 0xde:
      return mapOf(3, lengthAt(view, at + 1, 2));
    default:
      throw new Malformed(`MessagePack type 0x${type.toString(16)}`);
  }
}

/** nil, false, true, float 32 and 64, integers of 8 to 64 bits: the type's byte and what follows. */
const scalarBytes: Readonly<Record<number, number>> = {
  0xc0: 1,
  0xc2: 1,
  0xc3: 1,
  0xca: 5,
  0xcb: 9,
  0xcc: 2,
  0xcd: 3,
  0xce: 5,
  0xcf: 9,
  0xd0: 2,
  0xd1: 3,
  0xd2: 5,
  0xd3: 9,
};

function mapOf(bytes: number, fields: number): Extent {
  if (fields > MAP_FIELDS_MAX) throw new Malformed(`a map of ${fields} fields`);
  return { bytes, elements: 2 * fields };
}

function lengthAt(view: DataView, at: number, bytes: 1 | 2 | 4): number {
  if (at + bytes > view.byteLength) throw new Malformed("a message that ends within a length");
  if (bytes === 1) return view.getUint8(at);
  return bytes === 2 ? view.getUint16(at) : view.getUint32(at);
}
