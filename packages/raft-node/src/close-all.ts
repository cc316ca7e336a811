/** Closes all, each whatever becomes of the others; rejects with what went wrong when all have ended. */
export async function closeAll(ports: readonly { close(): Promise<unknown> }[]): Promise<void> {
  const errors: unknown[] = [];
  const close = (port: { close(): Promise<unknown> }): Promise<unknown> =>
    port.close().catch((error: unknown) => errors.push(error));
  await Promise.all(ports.map(close));
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, "several ports could not be closed");
}
