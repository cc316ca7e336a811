/** Builds as for production. Vitest says "test", and builds would keep what is for tests. */
export async function inProduction<T>(build: () => Promise<T>): Promise<T> {
  const { NODE_ENV } = process.env;
  process.env["NODE_ENV"] = "production";
  try {
    return await build();
  } finally {
    if (NODE_ENV === undefined) delete process.env["NODE_ENV"];
    else process.env["NODE_ENV"] = NODE_ENV;
  }
}
