/** What a server has refused, or why it could not be asked. */
export class RequestError extends Error {
  /** The code of the problem, where the server has named one. */
  readonly code: string | undefined;
  /** What can be done, in the server's words. */
  readonly remedy: string | undefined;
  /** Perhaps it was done all the same, or will be: the server says so, or has said nothing that can be read. */
  readonly isUnknown: boolean;

  constructor(message: string, given: RequestFailure) {
    super(message, { cause: given.cause });
    this.name = "RequestError";
    this.code = given.code;
    this.remedy = given.remedy;
    this.isUnknown = given.isUnknown ?? false;
  }
}

interface RequestFailure {
  readonly code?: string;
  readonly remedy?: string;
  readonly isUnknown?: boolean;
  readonly cause?: unknown;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Longer than the server takes to say that it does not know the outcome. */
const TIMEOUT_MS = 60_000;

/** Asks a server and returns its JSON. Rejects with a RequestError in the server's own words where it refuses. */
export async function requestJson(fetch: Fetch, url: string, init: RequestInit = {}): Promise<unknown> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const response = await fetch(url, { ...init, signal, credentials: "omit" }).catch((cause: unknown) => {
    throw new RequestError(cause instanceof Error ? cause.message : String(cause), {
      code: "NO_ANSWER",
      isUnknown: true,
      cause,
    });
  });
  const body = await jsonOf(response);
  if (!response.ok) throw refusalOf(response.status, body);
  return body;
}

async function jsonOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new RequestError(`the server answered ${response.status}, but not in JSON`, { isUnknown: true, cause });
  }
}

/** Without what refers to a field of the answer by its name: on the page it says what it says, and has no name. */
function remedyIn(text: string | undefined): string | undefined {
  const parts = text?.split("; ").filter((part) => !/\bdetail\b/.test(part)) ?? [];
  return parts.length === 0 ? undefined : parts.join("; ");
}

function refusalOf(status: number, body: unknown): RequestError {
  const text = (name: string): string | undefined => {
    const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const [code, remedy] = [text("code"), remedyIn(text("remedy"))];
  return new RequestError(text("detail") ?? text("title") ?? `the server answered ${status}`, {
    ...(code === undefined ? {} : { code }),
    ...(remedy === undefined ? {} : { remedy }),
    isUnknown: text("outcome") === "unknown",
  });
}
