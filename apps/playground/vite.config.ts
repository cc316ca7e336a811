import { join } from "node:path";
import { type Plugin, defineConfig } from "vite";

interface ModuleGraph {
  getModuleInfo(id: string): { readonly importedIds: readonly string[] } | null;
}

const main = join(import.meta.dirname, "src/main.tsx");
let firstLoad: ReadonlySet<string> | undefined;

/** Named by the index of a package, but used by what is fetched later. */
const LATER =
  /\/drawing\/src\/(?:legend|i18n\/chinese)|\/cluster-lab\/src\/(?:why\/|export-test|session\/session-(?:of|text))/;

/** Everything that the page imports before anybody asks for more. */
function modulesOfFirstLoad(graph: ModuleGraph): ReadonlySet<string> {
  const found = new Set<string>();
  const visit = (id: string): void => {
    if (found.has(id) || LATER.test(id)) return;
    found.add(id);
    for (const imported of graph.getModuleInfo(id)?.importedIds ?? []) visit(imported);
  };
  visit(main);
  return found;
}

const PRELOAD = "\0vite/preload-helper.js";

/** Modules are not preloaded and no chunk brings a style sheet of its own, so nothing is left for the helper to do. */
const withoutPreloading: Plugin = {
  name: "without-preloading",
  enforce: "pre",
  resolveId: (id) => (id === PRELOAD ? id : undefined),
  load: (id) => (id === PRELOAD ? "export const __vitePreload = (load) => load();" : undefined),
};

/** Nothing here loads anything from the network, and nothing of what it builds does. */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  plugins: [withoutPreloading],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist/site",
    emptyOutDir: true,
    target: "es2023",
    // light-dark() stands in the theme; what knows it knows the rest.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    modulePreload: false,
    manifest: true,
    rolldownOptions: {
      input: { index: "index.html", embed: "src/embed/quorate-playground.ts" },
      output: {
        // The one file that other pages name keeps its name.
        entryFileNames: (chunk) => (chunk.name === "embed" ? "embed.js" : "assets/[name]-[hash].js"),
        // The first file names all the others, and a hash does not compress.
        chunkFileNames: "assets/[name]-[hash:6].js",
        codeSplitting: {
          groups: [
            {
              // In one piece, which compresses best; the rest is fetched when it is asked for.
              name: (id, graph) => {
                firstLoad ??= modulesOfFirstLoad(graph);
                return firstLoad.has(id) ? "first" : null;
              },
            },
          ],
        },
      },
    },
  },
});
