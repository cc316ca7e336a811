import { readdir } from "node:fs/promises";
import { extname, join, sep } from "node:path";

/** One file of the page, to be served as it is. */
export interface PageFile {
  /** Where it is on this disk. */
  readonly path: string;
  readonly mediaType: string;
  /** Its name is made of its content: whoever has it need not ask again. */
  readonly isImmutable: boolean;
}

/** The page as it was built. */
export interface BuiltPage {
  /** By the path of the URL, `/` for the page itself. */
  readonly files: ReadonlyMap<string, PageFile>;
  /** The header for the page, which may connect to itself and to `origins`. */
  contentSecurityPolicy(origins: readonly string[]): string;
}

const site = join(import.meta.dirname, "../../dist/site");

const mediaTypes: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** What has been built; undefined where nothing has. */
export async function builtPage(directory: string = site): Promise<BuiltPage | undefined> {
  const names = await namesIn(directory);
  if (!names.includes("index.html")) return undefined;
  const files = new Map<string, PageFile>();
  for (const name of names) {
    const mediaType = mediaTypes[extname(name)];
    if (mediaType === undefined) continue;
    const url = name === "index.html" ? "/" : `/${name}`;
    files.set(url, { path: join(directory, name), mediaType, isImmutable: name.startsWith("assets/") });
  }
  return { files, contentSecurityPolicy };
}

/** Relative to `directory`, with `/` between their parts; none where there is no such directory. */
async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(directory, { recursive: true });
    return entries.map((name) => name.replaceAll(sep, "/"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}

function contentSecurityPolicy(origins: readonly string[]): string {
  return [
    "default-src 'self'",
    ["connect-src 'self'", ...origins].join(" "),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "object-src 'none'",
  ].join("; ");
}
