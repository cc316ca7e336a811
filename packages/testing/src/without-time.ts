/** What tells the time or draws a number, where the platform has it. */
const SOURCES: readonly (readonly [owner: string | undefined, name: string])[] = [
  [undefined, "Date"],
  ["Math", "random"],
  ["performance", "now"],
  ["crypto", "getRandomValues"],
  ["crypto", "randomUUID"],
];

/**
 * Calls `body` while the platform's clocks and sources of chance throw. They are back when it returns, so that of an
 * asynchronous one only what it does at once is covered.
 */
export function withoutTimeAndChance<T>(body: () => T): T {
  const undo: (() => void)[] = [];
  try {
    for (const [owner, name] of SOURCES) {
      const target: unknown = owner === undefined ? globalThis : Reflect.get(globalThis, owner);
      if (typeof target === "object" && target !== null) undo.push(forbid(target, name));
    }
    return body();
  } finally {
    for (const restore of undo) restore();
  }
}

function forbid(target: object, name: string): () => void {
  const before = Object.getOwnPropertyDescriptor(target, name);
  const value = function forbidden(): never {
    throw new Error(`${name} was asked: what a state machine does must follow from its commands alone`);
  };
  Object.defineProperty(target, name, { value, configurable: true, writable: true });
  return () => {
    if (before === undefined) Reflect.deleteProperty(target, name);
    else Object.defineProperty(target, name, before);
  };
}
