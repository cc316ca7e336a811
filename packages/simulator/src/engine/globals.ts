type DateParts = [value: number | string | Date] | [year: number, month: number, ...rest: number[]];

/** Throws where it is asked what time it is; dates that somebody has written down are fine. */
class DateWithoutNow extends Date {
  constructor(...parts: DateParts | []) {
    if (parts.length === 0) throw forbidden("new Date()");
    super(...(parts as [number, number]));
  }
}

/** What production code must not touch while it is simulated: it would make two runs of one seed differ. */
const FORBIDDEN: readonly (readonly [owner: object, name: string, replacement?: unknown])[] = [
  [globalThis, "setTimeout"],
  [globalThis, "setInterval"],
  [globalThis, "setImmediate"],
  [Date, "now"],
  [globalThis, "Date", DateWithoutNow],
  [Math, "random"],
  [performance, "now"],
  [process, "hrtime", Object.assign(refusal("hrtime"), { bigint: refusal("hrtime.bigint") })],
  [crypto, "getRandomValues"],
  [crypto, "randomUUID"],
];

function forbidden(name: string): Error {
  return new Error(`${name} was called inside a simulation: time and chance come through the ports`);
}

function refusal(name: string): () => never {
  return () => {
    throw forbidden(name);
  };
}

/** Replaces every real source of time and chance by one that throws. Returns what puts them back. */
export function forbidRealTime(): () => void {
  const saved = FORBIDDEN.map(([owner, name]) => [owner, name, Object.getOwnPropertyDescriptor(owner, name)] as const);
  for (const [owner, name, replacement] of FORBIDDEN) {
    Object.defineProperty(owner, name, { configurable: true, writable: true, value: replacement ?? refusal(name) });
  }
  return () => {
    for (const [owner, name, descriptor] of saved) {
      if (descriptor === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, descriptor);
    }
  };
}
