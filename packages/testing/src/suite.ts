/** How a suite hands its cases to a test runner. `test` of Vitest and of node:test fit. */
export type Test = (name: string, body: () => Promise<void>) => void;
