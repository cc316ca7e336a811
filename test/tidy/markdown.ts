/** A fenced block of TypeScript in a Markdown file. */
export interface Example {
  readonly path: string;
  /** The line of the opening fence, 1-based. */
  readonly line: number;
  /** What follows `ts` on the opening fence. */
  readonly mode: "check" | "run" | "fragment";
  readonly code: string;
}

const FENCED = /^```([^\n]*)\n([^]*?)^```$/gm;
const LINK = /\[[^\][]*\]\(([^()\s]+)\)/g;

/** The blocks fenced as `ts`, `ts run` or `ts fragment`; see CONTRIBUTING.md, "Examples". */
export function examplesOf(path: string, markdown: string): readonly Example[] {
  return [...markdown.matchAll(FENCED)].flatMap(({ 1: info = "", 2: code = "", index }) => {
    const mode = modeOf(info.trim());
    return mode === undefined ? [] : [{ path, line: markdown.slice(0, index).split("\n").length, mode, code }];
  });
}

function modeOf(info: string): Example["mode"] | undefined {
  if (info === "ts") return "check";
  if (info === "ts run") return "run";
  return info === "ts fragment" ? "fragment" : undefined;
}

/** Opening fences that look like TypeScript but are none of the three that are checked. */
export function fenceViolations(path: string, markdown: string): readonly string[] {
  return [...markdown.matchAll(FENCED)]
    .map(([, info = ""]) => info.trim())
    .filter((info) => /^(?:ts|typescript|tsx|js|javascript)\b/.test(info) && modeOf(info) === undefined)
    .map((info) => `${path}: a block is fenced as "${info}", not as "ts", "ts run" or "ts fragment"`);
}

/** Links that lead nowhere inside the repository. `read` gives a file's text, or undefined where there is no file. */
export function linkViolations(
  path: string,
  markdown: string,
  read: (path: string) => string | undefined,
): readonly string[] {
  const prose = markdown.replaceAll(FENCED, "").replaceAll(/`[^`\n]*`/g, (span) => " ".repeat(span.length));
  return [...prose.matchAll(LINK)].flatMap(([, target = ""]) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [file = "", anchor] = target.split("#");
    const resolved = file === "" ? path : resolveLink(path, file);
    const text = read(resolved);
    if (text === undefined) return [`${path}: the link ${target} leads nowhere`];
    if (anchor === undefined || anchorsOf(text).has(anchor)) return [];
    return [`${path}: the link ${target} names a heading that is not there`];
  });
}

function resolveLink(from: string, target: string): string {
  const url = new URL(target, `file:///${from}`);
  return decodeURIComponent(url.pathname).replace(/^\//, "").replace(/\/$/, "");
}

/** The names that a heading gets on GitHub: lower case, no punctuation, dashes for spaces. */
function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = [...markdown.replaceAll(FENCED, "").matchAll(/^#+ +(.+)$/gm)].map(([, heading = ""]) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );
}
