import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";

/** The repository's root. */
export const root: string = resolve(import.meta.dirname, "../..");

/** One package or app of the workspace, as it stands on disk. */
export interface Workspace {
  readonly kind: "package" | "app";
  /** The folder's name, which is the package's name without its scope. */
  readonly name: string;
  /** Relative to the root, as are all paths here. */
  readonly folder: string;
  readonly manifest: Manifest;
  readonly sources: readonly string[];
  readonly tests: readonly string[];
}

/** What the checks read of a package.json. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly type?: string;
  readonly sideEffects?: boolean;
  readonly files?: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly publishConfig?: {
    readonly access?: string;
    readonly provenance?: boolean;
    readonly exports?: Readonly<Record<string, unknown>>;
  };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const NOT_OURS = new Set([".git", ".turbo", "node_modules", "dist", "coverage", "data"]);

/** Every file below a folder that is part of the project: nothing installed, built or written by a run. */
export function filesBelow(folder: string): readonly string[] {
  const found: string[] = [];
  const walk = (directory: string): void => {
    for (const entry of readdirSync(directory, { withFileTypes: true })) {
      if (NOT_OURS.has(entry.name)) continue;
      const path = join(directory, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (!entry.name.endsWith(".tsbuildinfo")) found.push(relative(root, path));
    }
  };
  if (existsSync(join(root, folder))) walk(join(root, folder));
  return found.toSorted();
}

export function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function readWorkspaces(kind: Workspace["kind"], parent: string): Workspace[] {
  const names = readdirSync(join(root, parent)).toSorted();
  return names
    .map((name) => join(parent, name))
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => ({
      kind,
      name: relative(parent, folder),
      folder,
      manifest: JSON.parse(read(join(folder, "package.json"))),
      sources: filesBelow(join(folder, "src")).filter((path) => /\.tsx?$/.test(path)),
      tests: filesBelow(join(folder, "test")).filter((path) => /\.tsx?$/.test(path)),
    }));
}

export const workspaces: readonly Workspace[] = [
  ...readWorkspaces("package", "packages"),
  ...readWorkspaces("app", "apps"),
];
