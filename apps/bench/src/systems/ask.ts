/** A node on this machine that says nothing for so long is down. */
const timeoutMs = 1000;

/** The answer's JSON; undefined where there is none in time. */
export async function askJson(url: string, options: { readonly body?: string } = {}): Promise<unknown> {
  try {
    const post = options.body === undefined ? {} : { method: "POST", body: options.body };
    const response = await fetch(url, { ...post, signal: AbortSignal.timeout(timeoutMs) });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined; // Down, or only just there: for whoever waits it is the same.
  }
}

/** The samples at a node's `/metrics` that have no labels, by name. Rejects where it does not answer. */
export async function askMetrics(url: string): Promise<ReadonlyMap<string, number>> {
  const response = await fetch(`${url}/metrics`, { signal: AbortSignal.timeout(5 * timeoutMs) });
  if (!response.ok) throw new Error(`${url}/metrics answered ${response.status}`);
  return samplesIn(await response.text());
}

/** The same with what `/metrics` says. */
export function samplesIn(text: string): ReadonlyMap<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [name, value] = line.split(" ");
    if (name === undefined || value === undefined || name.startsWith("#") || name.includes("{")) continue;
    samples.set(name, Number(value));
  }
  return samples;
}

/** Throws an error that names what is missing. */
export function sampleIn(samples: ReadonlyMap<string, number>, name: string): number {
  const value = samples.get(name);
  if (value === undefined) throw new Error(`/metrics says nothing of ${name}`);
  return value;
}
