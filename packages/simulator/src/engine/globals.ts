/** What production code must not touch while it is simulated: it would make two runs of one seed differ. */
const FORBIDDEN = [
  [globalThis, "setTimeout"],
  [globalThis, "setInterval"],
  [globalThis, "setImmediate"],
  [Date, "now"],
  [Math, "random"],
  [performance, "now"],
] as const;

/** Replaces every real source of time and chance by one that throws. Returns what puts them back. */
export function forbidRealTime(): () => void {
  const saved = FORBIDDEN.map(([owner, name]) => [owner, name, Object.getOwnPropertyDescriptor(owner, name)] as const);
  for (const [owner, name] of FORBIDDEN) {
    Object.defineProperty(owner, name, {
      configurable: true,
      writable: true,
      value: () => {
        throw new Error(`${name} was called inside a simulation: time and chance come through the ports`);
      },
    });
  }
  return () => {
    for (const [owner, name, descriptor] of saved) {
      if (descriptor === undefined) Reflect.deleteProperty(owner, name);
      else Object.defineProperty(owner, name, descriptor);
    }
  };
}
