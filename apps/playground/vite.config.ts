import { defineConfig } from "vite";

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
    modulePreload: { polyfill: false },
    manifest: true,
    rollupOptions: {
      input: { index: "index.html", embed: "src/embed/quorate-playground.ts" },
      // The one file that other pages name keeps its name.
      output: { entryFileNames: (chunk) => (chunk.name === "embed" ? "embed.js" : "assets/[name]-[hash].js") },
    },
  },
});
