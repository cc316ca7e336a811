import type { OpenStream } from "./connection.ts";

/** Listens by the browser's EventSource, which never tries again by itself: who listens decides whom to ask next. */
export const openEventStream: OpenStream = (origin, { onMessage, onFailure }) => {
  const source = new EventSource(`${origin}/v1/events`);
  const close = (): void => source.close();
  source.addEventListener("message", (event: MessageEvent<unknown>) => {
    if (typeof event.data === "string") onMessage(event.data);
  });
  source.addEventListener("error", () => {
    close();
    onFailure();
  });
  return { close };
};
