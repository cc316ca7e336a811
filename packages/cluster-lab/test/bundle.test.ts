import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { describe, expect, test } from "vitest";

/** What a page gets that imports `names` from `specifier`. */
async function bundle(
  specifier: string,
  names: readonly string[],
): Promise<{ code: string; modules: readonly string[] }> {
  const entry = join(import.meta.dirname, "virtual-entry.ts");
  const code = `import { ${names.join(", ")} } from "${specifier}"; globalThis.used = [${names.join(", ")}];`;
  const output = await build({
    configFile: false,
    logLevel: "silent",
    root: import.meta.dirname,
    build: { write: false, minify: true, target: "es2024", rolldownOptions: { input: entry } },
    plugins: [
      {
        name: "virtual-entry",
        enforce: "pre",
        resolveId: (id) => (id === entry ? id : undefined),
        load: (id) => (id === entry ? code : undefined),
      },
    ],
  });
  if (!("output" in output)) throw new Error("not one bundle");
  const chunks = output.output.filter((each) => each.type === "chunk");
  return {
    code: chunks.map((chunk) => chunk.code).join("\n"),
    modules: chunks.flatMap((chunk) => [...chunk.imports, ...Object.keys(chunk.modules)]),
  };
}

/** Compressed, in thousands of bytes; measured: 53.0, 5.7, 4.3 and 1.9. */
const entries: readonly (readonly [string, readonly string[], number])[] = [
  ["@quorate/cluster-lab", ["Lab"], 56],
  ["@quorate/cluster-lab/check-history", ["checkHistory"], 7],
  ["@quorate/cluster-lab/trace", ["readTrace"], 6],
  ["@quorate/cluster-lab/scripts", ["figure7", "figure8", "brokenScripts", "playScript"], 3],
];

describe("in a browser", () => {
  test.each(entries)(
    "%s needs nothing of Node, and is not larger than it must be",
    async (specifier, names, kilobytesMax) => {
      const { code, modules } = await bundle(specifier, names);
      expect(modules.filter((id) => /^node:|browser-external/.test(id))).toEqual([]);
      expect(code).not.toMatch(/\b(?:from|import)\s*\(?["'](?:node:|@quorate)/);
      expect(gzipSync(code, { level: 9 }).length / 1000).toBeLessThan(kilobytesMax);
    },
  );

  test("a module that needs Node is found", async () => {
    const { modules } = await bundle("@quorate/simulator", ["simulate"]);
    expect(modules.filter((id) => /^node:|browser-external/.test(id))).not.toEqual([]);
  });

  test("why, sessions as text and exports cost only those who use them", async () => {
    const lean = (await bundle("@quorate/cluster-lab", ["Lab"])).modules;
    for (const part of ["/why/", "session-text", "export-test", "/trace/", "/testing/", "/scripts/"]) {
      expect(lean.filter((id) => id.includes(part))).toEqual([]);
    }
  });
});
