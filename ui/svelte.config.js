// How Svelte compiles: runes everywhere, styles always as files (the pages' CSP allows no inline ones).
export default {
  compilerOptions: { runes: true, css: "external" },
};
