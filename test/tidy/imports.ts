import { builtinModules } from "node:module";
import { type ImportRule, importTable } from "./import-table.ts";
import { type SourceText, lineOf } from "./source-text.ts";
import { type Manifest, type Workspace, workspaces } from "./workspace.ts";

export interface Import {
  readonly specifier: string;
  readonly line: number;
}

const SCOPE = "@quorate/";
const IMPORT = /(?<![.\w$])(?:from\s*|import\s*\(?\s*|require\s*\(\s*)(["'`])( *)\1/g;

/** Every specifier that a file imports or re-exports from, statically or not. */
export function importsOf(source: SourceText): readonly Import[] {
  return [...source.code.matchAll(IMPORT)].map((match) => {
    const start = match.index + match[0].length - 1 - (match[2] ?? "").length;
    return {
      specifier: source.text.slice(start, match.index + match[0].length - 1),
      line: lineOf(source.text, match.index),
    };
  });
}

function packageOf(specifier: string): string {
  const [first = "", second = ""] = specifier.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}

/** Why `workspace` may not import `specifier` in its `src/`, or undefined where it may. */
export function importViolation(
  workspace: Pick<Workspace, "kind" | "name" | "manifest">,
  specifier: string,
): string | undefined {
  if (specifier.startsWith(".")) return undefined;
  const isNode = specifier.startsWith("node:") || builtinModules.includes(specifier);
  const rule = ruleFor(workspace);
  if (isNode) return rule.node ? undefined : `${workspace.name} runs in browsers, too: it may not import ${specifier}`;
  const name = packageOf(specifier);
  const allowed = name.startsWith(SCOPE) ? rule.packages.includes(name.slice(SCOPE.length)) : allows(rule, name);
  if (!allowed) return `${workspace.name} may not import ${specifier}`;
  if (!(name in shippedDependencies(workspace.manifest))) {
    return `${workspace.name} imports ${specifier}, but its package.json has no dependency ${name}`;
  }
  return undefined;
}

function ruleFor(workspace: Pick<Workspace, "kind" | "name" | "manifest">): ImportRule {
  if (workspace.kind === "package") return importTable[workspace.name] ?? { packages: [], external: [], node: false };
  const names = workspaces.filter((other) => other.kind === "package").map((other) => other.name);
  return { packages: names, external: Object.keys(shippedDependencies(workspace.manifest)), node: true };
}

function allows(rule: ImportRule, name: string): boolean {
  return rule.external.includes(name);
}

function shippedDependencies(manifest: Manifest): Readonly<Record<string, string>> {
  return { ...manifest.dependencies, ...manifest.peerDependencies };
}

/** Dependencies that are shipped to users although the table forbids them, or nothing in `src/` imports them. */
export function dependencyViolations(
  workspace: Pick<Workspace, "kind" | "name" | "manifest">,
  imported: readonly string[],
): readonly string[] {
  const used = new Set(imported.map(packageOf));
  return Object.keys(shippedDependencies(workspace.manifest)).flatMap((name) => {
    const forbidden = importViolation(workspace, name);
    if (forbidden !== undefined) return [forbidden];
    return used.has(name) ? [] : [`${workspace.name} depends on ${name}, but nothing in its src/ imports it`];
  });
}
