import { join } from "node:path";
import { createContext, runInContext } from "node:vm";
import { gzipSync } from "node:zlib";
import { build } from "vite";
import { describe, expect, test } from "vitest";
import { Lab } from "../src/index.ts";
import { brokenScripts, playScript } from "../src/scripts/index.ts";

interface Bundle {
  readonly code: string;
  /** What went into it, and what it would still import. */
  readonly modules: readonly string[];
}

/** What a page gets whose only module is `code`; `whole`: in one piece, as a script. */
async function bundle(code: string, whole = false): Promise<Bundle> {
  const entry = join(import.meta.dirname, "virtual-entry.ts");
  const output = await build({
    configFile: false,
    logLevel: "silent",
    root: import.meta.dirname,
    build: {
      write: false,
      minify: true,
      target: "es2024",
      rolldownOptions: { input: entry, output: whole ? { format: "iife", codeSplitting: false } : {} },
    },
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

function using(specifier: string, names: readonly string[]): Promise<Bundle> {
  return bundle(`import { ${names.join(", ")} } from "${specifier}"; globalThis.used = [${names.join(", ")}];`);
}

/** Compressed, in thousands of bytes; measured: 56.1, 5.7, 4.3 and 1.9. */
const entries: readonly (readonly [string, readonly string[], number])[] = [
  ["@quorate/cluster-lab", ["Lab"], 58],
  ["@quorate/cluster-lab/check-history", ["checkHistory"], 7],
  ["@quorate/cluster-lab/trace", ["readTrace"], 6.5],
  ["@quorate/cluster-lab/scripts", ["figure7", "figure8", "brokenScripts", "playScript"], 3],
];

describe("in a browser", () => {
  test.each(entries)("%s needs nothing of Node, and is not larger than it must be", async (specifier, names, limit) => {
    const { code, modules } = await using(specifier, names);
    expect(modules.filter((id) => /^node:|browser-external/.test(id))).toEqual([]);
    expect(code).not.toMatch(/\b(?:from|import)\s*\(?["'](?:node:|@quorate)/);
    expect(gzipSync(code, { level: 9 }).length / 1000).toBeLessThan(limit);
  });

  test("a module that needs Node is found", async () => {
    const { modules } = await using("@quorate/simulator", ["simulate"]);
    expect(modules.filter((id) => /^node:|browser-external/.test(id))).not.toEqual([]);
  });

  test("why, sessions as text and exports cost only those who use them", async () => {
    const lean = (await using("@quorate/cluster-lab", ["Lab"])).modules;
    for (const part of ["/why/", "session-text", "export-test", "/trace/", "/testing/", "/scripts/"]) {
      expect(lean.filter((id) => id.includes(part))).toEqual([]);
    }
  });

  test("where nothing of Node is there, it runs, and the history is the same", async () => {
    const [script] = brokenScripts;
    if (script === undefined) throw new Error("there is no script");
    const lab = await Lab.open({ seed: "b", nodes: script.nodes, options: script.options });
    await playScript(lab, script);
    const { code } = await bundle(
      `import { Lab } from "@quorate/cluster-lab";
       globalThis.outcome = Lab.resume(JSON.parse(session)).then((lab) => JSON.stringify([lab.view(), lab.marks(), lab.violation]));`,
      true,
    );
    // What browsers have beside the language; no process, no Buffer, no setImmediate.
    const { AbortController, MessageChannel, TextDecoder, TextEncoder, performance, setTimeout } = globalThis;
    const platform = { AbortController, MessageChannel, TextDecoder, TextEncoder, performance, setTimeout };
    const realm = createContext({ ...platform, session: JSON.stringify(lab.session()) });
    runInContext(code, realm);
    expect(await runInContext("outcome", realm)).toBe(JSON.stringify([lab.view(), lab.marks(), lab.violation]));
    expect(lab.violation?.invariant).toBe(script.breaks);
  });
});
