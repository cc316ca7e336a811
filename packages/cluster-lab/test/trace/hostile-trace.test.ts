import { describe, expect, test } from "vitest";
import { readTrace, readTraceInPieces } from "../../src/trace/index.ts";

const link = { delayMsMin: 1, delayMsMean: 1 };
const header = (version: number, configuration: object = {}): string =>
  JSON.stringify({
    format: "quorate-simulator-trace",
    version,
    plan: { seed: "1", profile: "calm", configuration: { nodes: ["n1", "n2"], link, ...configuration } },
  });
const event = (atMs: number, kind: string, fields: object): string =>
  JSON.stringify({ step: atMs, atMs, kind, ...fields });
const append = (firstIndex: number, count: number): string => event(1, "append", { node: "n1", firstIndex, count });
const names = Array.from({ length: 33 }, (_, at) => `n${at + 1}`);

describe("a trace that asks for too much is refused in words", () => {
  test.each<[string, readonly string[]]>([
    ["line 2: count is not a whole number from 0 to 10000", [header(1), append(1, 1e9)]],
    ["line 2: firstIndex is not a whole number from 0 to 100000", [header(1), append(1e9, 1)]],
    ["line 2: count is not a whole number", [header(1), append(1, 0.5)]],
    ["line 2: count is not a whole number", [header(1), append(1, -1)]],
    ["line 1: plan: configuration: nodes is not a list of at most 32", [header(2, { nodes: names })]],
    [
      "line 2: fault: times is not a whole number from 0 to 1000",
      [header(2), event(1, "fault", { fault: { type: "flap", node: "n1", periodMs: 1, times: 1e9 } })],
    ],
    [
      "at 1 ms the faults cut more than 100000 links",
      [
        header(2),
        ...Array.from({ length: 60 }, () =>
          event(1, "fault", { fault: { type: "flap", node: "n1", periodMs: 1, times: 1000 } }),
        ),
      ],
    ],
    ["line 3 happens before the line above", [header(2), event(2, "healed", {}), event(1, "healed", {})]],
    ["line 2 has more than 1000000 characters", [header(2), event(1, "x".repeat(1_000_000), {})]],
  ])("%s", (message, lines) => {
    expect(() => readTrace(lines)).toThrow(message);
    expect(() => readTrace(lines)).toThrow(TypeError);
  });
});

describe("a trace that is merely long", () => {
  const send = (atMs: number): string =>
    event(atMs, "send", { from: "n1", to: "n2", message: { type: "heartbeat", term: 1, round: atMs } });
  const lines = [header(2), ...Array.from({ length: 3_000 }, (_, at) => send(at + 1))];

  test("is read in pieces that are small, with the same result", async () => {
    let pieces = 0;
    let isPaused = false;
    const breathe = (): Promise<void> | undefined => {
      pieces += 1;
      expect(isPaused).toBe(false);
      if (pieces % 500 !== 0) return undefined;
      isPaused = true;
      return Promise.resolve().then(() => void (isPaused = false));
    };
    expect(await readTraceInPieces(lines, { breathe })).toEqual(readTrace(lines));
    expect(pieces).toBeGreaterThanOrEqual(3 * 3_000);
  });

  test("what is wrong with it is told there, too", async () => {
    await expect(readTraceInPieces([...lines, "{"], { breathe: () => undefined })).rejects.toThrow(
      "line 3002 is no JSON",
    );
  });

  test("shows the messages that were sent last, where too many are on their way", () => {
    const slow = [header(2, { link: { delayMsMin: 1e9, delayMsMean: 0 } }), ...lines.slice(1)];
    const { frames } = readTrace(slow, { frameEveryMs: 100 });
    expect(Math.max(...frames.map(({ view }) => view.flights.length))).toBe(500);
    expect(frames.at(-1)?.view.flights.at(-1)?.sentMs).toBe(3_000);
  });

  test("hears nobody who is not in the plan", () => {
    const outsiders = Array.from({ length: 50 }, (_, at) =>
      event(at + 3, "deliver", {
        from: `x${at}`,
        to: "n1",
        message: { type: "request-vote-reply", term: 1, granted: true },
      }),
    );
    const stands = [
      event(1, "opened", { node: "n1", term: 0, appliedIndex: 0 }),
      event(2, "role", { node: "n1", role: "candidate", term: 1 }),
    ];
    const { frames } = readTrace([header(1), ...stands, ...outsiders]);
    expect(frames.at(-1)?.view.nodes[0]?.votes).toEqual({ n1: true });
  });
});
