import { describe, expect, test } from "vitest";
import { pauseUnless } from "../../src/world/pause-unless.ts";

/** Longer than any test may take. */
const longMs = 1_000_000;

describe("a pause that may be cut short", () => {
  test("lasts as long as it was asked to", async () => {
    const beganMs = performance.now();
    await pauseUnless(new AbortController().signal, 30);
    expect(performance.now() - beganMs).toBeGreaterThanOrEqual(29);
  });

  test("ends with the signal, whatever reason it gives, and does not begin behind it", async () => {
    const controller = new AbortController();
    const pausing = pauseUnless(controller.signal, longMs);
    controller.abort(new RangeError("over"));
    await pausing;
    await pauseUnless(controller.signal, longMs);
  });

  test("lets every other error through", async () => {
    const { signal } = new AbortController();
    const noNumber = JSON.parse('"soon"') as number;
    await expect(pauseUnless(signal, noNumber)).rejects.toThrow(/"delay" argument must be of type number/);
    const aborted = AbortSignal.abort();
    await expect(pauseUnless(aborted, noNumber)).rejects.toThrow(/"delay" argument must be of type number/);
  });
});
