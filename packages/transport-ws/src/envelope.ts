import { Packr } from "msgpackr";
import { Malformed } from "./malformed.ts";

const packr = new Packr({ useRecords: false, variableMapSize: true });

/** MessagePack: one map of scalars (numbers, strings, truth values, bytes) with short names as keys. A field that is undefined is left out. */
export function encodeEnvelope(fields: object): Uint8Array {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return packr.pack(Object.fromEntries(given));
}

/**
 * Reads what `encodeEnvelope` wrote, throws `Malformed` for everything else. The bytes are walked before the decoder
 * sees them, so nothing that they claim (four billion elements, a hundred thousand levels, an extension type) is ever
 * acted upon. Which fields there are, and of which type, is for the caller to check.
 */
export function decodeEnvelope(bytes: Uint8Array): object {
  const fieldCount = assertFlatMap(bytes);
  const fields: unknown = packr.unpack(bytes);
  if (typeof fields !== "object" || fields === null) throw new Malformed("the envelope is not a map");
  if (Object.keys(fields).length !== fieldCount) throw new Malformed("the envelope names a field twice");
  return fields;
}

/** Throws unless `bytes` are exactly one map of scalars; returns how many fields it has. */
function assertFlatMap(bytes: Uint8Array): number {
  const first = bytes[0];
  if (first === undefined || first < 0x80 || first > 0x8f) throw new Malformed("the envelope is not a small map");
  const fieldCount = first - 0x80;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 1;
  for (let field = 0; field < fieldCount; field += 1) {
    const key = bytes[at] ?? 0;
    if (key < 0xa0 || key > 0xbf) throw new Malformed("a field's name in the envelope is not a short string");
    at += 1 + (key - 0xa0);
    at += scalarBytes(view, at);
  }
  if (at !== bytes.length) throw new Malformed("the envelope's length is not what its fields add up to");
  return fieldCount;
}

/** The length of the scalar at `at`, its type byte included. */
function scalarBytes(view: DataView, at: number): number {
  const remaining = view.byteLength - at;
  const type = remaining > 0 ? view.getUint8(at) : 0xc1;
  if (type <= 0x7f) return 1;
  if (type >= 0xa0 && type <= 0xbf) return 1 + (type - 0xa0);
  switch (type) {
    case 0xc2:
    case 0xc3:
      return 1;
    case 0xcc:
      return 2;
    case 0xcd:
      return 3;
    case 0xce:
      return 5;
    case 0xcb:
      return 9;
    case 0xc4:
    case 0xd9:
      if (remaining >= 2) return 2 + view.getUint8(at + 1);
      break;
    case 0xc5:
    case 0xda:
      if (remaining >= 3) return 3 + view.getUint16(at + 1);
      break;
    case 0xc6:
    case 0xdb:
      if (remaining >= 5) return 5 + view.getUint32(at + 1);
      break;
    default:
      throw new Malformed(`the envelope holds something of MessagePack type 0x${type.toString(16)}`);
  }
  throw new Malformed("the envelope ends within a field");
}
