/** What a value takes in MessagePack. */
export interface Extent {
  readonly kind: "array" | "map" | "text" | "other";
  /** Of the type's byte and, where there is one, the length behind it. */
  readonly headBytes: number;
  /** Of the value, without those that it holds. */
  readonly bytes: number;
  /** How many values it holds; a map's field is two. */
  readonly elements: number;
}

/** That of the value at `at`, which must be within `view`; where there is none, or not all of it, what is wrong there. */
export function extentAt(view: DataView, at: number): Extent | string {
  const extent = extentOf(view, at);
  if (typeof extent === "string") return extent;
  return at + extent.bytes > view.byteLength ? "an end within a value" : extent;
}

function extentOf(view: DataView, at: number): Extent | string {
  const type = view.getUint8(at);
  if (type <= 0x7f || type >= 0xe0) return scalar(1);
  if (type <= 0x8f) return map(1, type - 0x80);
  if (type <= 0x9f) return array(1, type - 0x90);
  if (type <= 0xbf) return sized("text", 1, type - 0xa0);
  const scalarBytes = scalarBytesOf[type];
  if (scalarBytes !== undefined) return scalar(scalarBytes);
  const long = withLength[type];
  // Extension types, one that is never used, and maps whose fields are counted in 32 bits: no decoder here needs them.
  if (long === undefined) return `MessagePack type 0x${type.toString(16)}`;
  const headBytes = 1 + long.lengthBytes;
  if (at + headBytes > view.byteLength) return "an end within a length";
  const length = lengthAt(view, at + 1, long.lengthBytes);
  if (long.kind === "array") return array(headBytes, length);
  return long.kind === "map" ? map(headBytes, length) : sized(long.kind, headBytes, length);
}

/** nil, false, true, float 32 and 64, integers of 8 to 64 bits: the type's byte and what follows. */
const scalarBytesOf: Readonly<Record<number, number>> = {
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

interface WithLength {
  readonly kind: Extent["kind"];
  readonly lengthBytes: 1 | 2 | 4;
}

const withLength: Readonly<Record<number, WithLength>> = {
  0xc4: { kind: "other", lengthBytes: 1 },
  0xc5: { kind: "other", lengthBytes: 2 },
  0xc6: { kind: "other", lengthBytes: 4 },
  0xd9: { kind: "text", lengthBytes: 1 },
  0xda: { kind: "text", lengthBytes: 2 },
  0xdb: { kind: "text", lengthBytes: 4 },
  0xdc: { kind: "array", lengthBytes: 2 },
  0xdd: { kind: "array", lengthBytes: 4 },
  0xde: { kind: "map", lengthBytes: 2 },
};

function scalar(bytes: number): Extent {
  return sized("other", bytes, 0);
}

function array(headBytes: number, elements: number): Extent {
  return { kind: "array", headBytes, bytes: headBytes, elements };
}

function map(headBytes: number, fields: number): Extent {
  return { kind: "map", headBytes, bytes: headBytes, elements: 2 * fields };
}

function sized(kind: Extent["kind"], headBytes: number, length: number): Extent {
  return { kind, headBytes, bytes: headBytes + length, elements: 0 };
}

function lengthAt(view: DataView, at: number, bytes: 1 | 2 | 4): number {
  if (bytes === 1) return view.getUint8(at);
  return bytes === 2 ? view.getUint16(at) : view.getUint32(at);
}
