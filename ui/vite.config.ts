// Builds the two pages into `dist`. The pages have stable names, by which the service and the app embed them; what they load is named by its
// content, so that browsers may keep it.
import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { catalogue } from "./catalogue.js";
import { compress } from "./compress.js";
import about from "./package.json" with { type: "json" };

export default defineConfig(({ mode }) => ({
  plugins: [svelte(), catalogue(), compress()],
  base: "/",
  define: { __VERSION__: JSON.stringify(about.version) },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Everything is a file of its own: `data:` would only move bytes into the style sheet.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // One style sheet for both pages would make each load the other's.
    cssCodeSplit: true,
    rolldownOptions: {
      input: { portal: "portal.html", desk: "desk.html" },
      output: {
        entryFileNames: "assets/[name]-[hash].js",
        // A language is a file of its own, `words-de`.
        chunkFileNames: ({ name }) => `assets/${name.replace("_words_", "words-")}-[hash].js`,
        assetFileNames: "assets/[name]-[hash][extname]",
        codeSplitting: { groups: [{ name: "shared", minShareCount: 2, minSize: 0 }] },
      },
    },
  },
  // The service worker is one file, and a browser finds it again by its name.
  worker: { format: "iife", rolldownOptions: { output: { entryFileNames: "[name].js" } } },
  // The pages run in browsers: their tests get the reactive side of Svelte, not the one for servers.
  resolve: mode === "test" ? { conditions: ["browser"] } : {},
  // A test reads the colours; the other styles are none of the tests' business.
  test: { environment: "node", include: ["src/**/*.test.ts"], css: { include: [/look\.css/] } },
}));
