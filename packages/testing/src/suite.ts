/** How a suite hands its cases to a test runner. `test` of Vitest and of node:test fit; what it returns is not looked at. */
export type Test = (name: string, body: () => Promise<void>) => unknown;
