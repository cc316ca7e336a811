import { defineConfig } from "vite";

/** Nothing here loads anything from the network, and nothing of what it builds does, but for the cluster it watches. */
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
    modulePreload: false,
  },
});
