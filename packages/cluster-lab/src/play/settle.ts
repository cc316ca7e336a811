/**
 * Awaits after a step, so that every promise that it settled is through before the next one, however much later that
 * comes. 30 were enough when this was measured. It is the same number at every step, so nothing depends on chance.
 */
export const MICROTASKS = 64;

const settled = Promise.resolve();

export async function settle(microtasks: number): Promise<void> {
  for (let hop = 0; hop < microtasks; hop += 1) await settled;
}
