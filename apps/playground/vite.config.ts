import { defineConfig } from "vite";

/** What the first picture needs; the rest is fetched when it is asked for. In one piece it compresses best. */
const FIRST_LOAD = [
  /node_modules\/(?:preact|@preact|zod)\//,
  /\/packages\/(?:raft-core|raft-node|transport-memory|storage-memory|snapshot|virtual-time)\/src\//,
  /\/packages\/drawing\/src\/(?!i18n\/chinese|legend)/,
  /\/packages\/cluster-lab\/src\/(?!check-history|export-test|trace\/|scripts\/|why\/|session\/session-text|play\/perform|clients\/ask)/,
  /\/apps\/playground\/src\/(?:app\.tsx|state\/(?!trace-scene|moves)|parts\/(?!help|dialog)|i18n\/english)/,
];

const isOfFirstLoad = (id: string): boolean => FIRST_LOAD.some((pattern) => pattern.test(id));

/** Nothing here loads anything from the network, and nothing of what it builds does. */
export default defineConfig({
  root: import.meta.dirname,
  base: "./",
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    outDir: "dist/site",
    emptyOutDir: true,
    target: "es2023",
    // light-dark() stands in the theme; what knows it knows the rest.
    cssTarget: ["chrome123", "firefox120", "safari17.5"],
    // Browsers that know modules and light-dark() know preloading, too.
    modulePreload: false,
    manifest: true,
    rollupOptions: {
      input: { index: "index.html", embed: "src/embed/quorate-playground.ts" },
      // The one file that other pages name keeps its name.
      output: {
        entryFileNames: (chunk) => (chunk.name === "embed" ? "embed.js" : "assets/[name]-[hash].js"),
        codeSplitting: { groups: [{ name: "first", test: isOfFirstLoad }] },
      },
    },
  },
});
