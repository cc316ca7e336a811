import { type Manifest, type Workspace, read } from "./workspace.ts";

/** What one package.json lacks of what every package of this repository has. */
export function manifestViolations(workspace: Workspace, exists: (path: string) => boolean): readonly string[] {
  const { manifest, kind, name, folder } = workspace;
  const expectations: readonly (readonly [boolean, string])[] = [
    [manifest.name === `@quorate/${name}`, `name is @quorate/${name}`],
    [(manifest.description ?? "") !== "", "description is there"],
    [manifest.license === "Apache-2.0", "license is Apache-2.0"],
    [manifest.type === "module", "type is module"],
    [kind === "app" || manifest.sideEffects === false, "sideEffects is false"],
    [manifest.engines?.["node"] === ">=22", "engines.node is >=22"],
    [["dist", "src", "README.md"].every((file) => manifest.files?.includes(file)), "files has dist, src and README.md"],
    [manifest.files?.includes("!dist/.tsbuildinfo") === true, "files leaves the compiler's notes out"],
    [manifest.private === true || manifest.publishConfig?.provenance === true, "publishConfig.provenance is true"],
    [manifest.private === true || manifest.publishConfig?.access === "public", "publishConfig.access is public"],
  ];
  const violations = expectations.flatMap(([met, rule]) => (met ? [] : [`${folder}/package.json: expected ${rule}`]));
  return [...violations, ...exportViolations(folder, manifest, exists)];
}

/** Where `exports`, which the workspace uses, and `publishConfig.exports`, which users get, differ. */
export function exportViolations(
  folder: string,
  manifest: Manifest,
  exists: (path: string) => boolean,
): readonly string[] {
  const own = manifest.exports ?? {};
  const published = manifest.publishConfig?.exports ?? {};
  const violations = [...new Set([...Object.keys(own), ...Object.keys(published)])].flatMap((subpath) => {
    const source = own[subpath];
    // A style sheet is published as it stands: nothing compiles it.
    if (typeof source === "string" && /^\.\/src\/.+\.css$/.test(source)) {
      if (published[subpath] !== source) return [`publishConfig.exports["${subpath}"] is not ${source}`];
      return exists(`${folder}/${source.slice(2)}`) ? [] : [`exports["${subpath}"] names a file that is not there`];
    }
    const module = typeof source === "string" ? /^\.\/src\/(.+)\.ts$/.exec(source)?.[1] : undefined;
    if (module === undefined) return [`exports["${subpath}"] is no ./src/….ts`];
    const expected = { types: `./dist/${module}.d.ts`, default: `./dist/${module}.js` };
    if (JSON.stringify(published[subpath]) !== JSON.stringify(expected)) {
      return [`publishConfig.exports["${subpath}"] is not ${JSON.stringify(expected)}`];
    }
    return exists(`${folder}/src/${module}.ts`) ? [] : [`exports["${subpath}"] names a file that is not there`];
  });
  const commands = Object.values(manifest.bin ?? {}).flatMap((target) => {
    const module = /^\.\/dist\/(.+)\.js$/.exec(target)?.[1];
    return module !== undefined && exists(`${folder}/src/${module}.ts`) ? [] : [`bin ${target} has no source`];
  });
  return [...violations, ...commands].map((violation) => `${folder}/package.json: ${violation}`);
}

/** Only matching sets are tested, so they are released as one: the same version everywhere. */
export function versionViolations(manifests: readonly Manifest[]): readonly string[] {
  const versions = [...new Set(manifests.map((manifest) => manifest.version ?? "none"))];
  return versions.length <= 1 ? [] : [`versions differ: ${versions.join(", ")}`];
}

/** Public packages that are not in the one fixed group of `.changeset/config.json`. */
export function changesetViolations(config: unknown, manifests: readonly Manifest[]): readonly string[] {
  const fixed = typeof config === "object" && config !== null && "fixed" in config ? config.fixed : undefined;
  if (!Array.isArray(fixed) || fixed.length !== 1 || !Array.isArray(fixed[0])) return ["not exactly one fixed group"];
  const patterns = fixed[0].map((pattern) => new RegExp(`^${String(pattern).replaceAll("*", "[^/]*")}$`));
  return manifests
    .filter((manifest) => manifest.private !== true)
    .map((manifest) => manifest.name ?? "a package without a name")
    .filter((name) => !patterns.some((pattern) => pattern.test(name)))
    .map((name) => `${name} is not in the fixed group`);
}

export function readChangesetConfig(): unknown {
  return JSON.parse(read(".changeset/config.json"));
}
