// Makes a module of the pages' part of a language: `words:de` is what `words/de/{shared,portal,desk}.ftl` say, without comments.
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** The files of the pages; the agent and the service have their own. */
const FILES = ["shared", "portal", "desk"];
const PREFIX = "words:";

const path = (language, file) => fileURLToPath(new URL(`../crates/catalogue/words/${language}/${file}.ftl`, import.meta.url));
/** Lines that begin with `#` are comments. */
const withoutComments = (text) => text.replace(/^#.*\n/gm, "").replace(/\n{2,}/g, "\n");

/** @returns {import("vite").Plugin} */
export const catalogue = () => ({
  name: "catalogue",
  resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
  async load(id) {
    if (!id.startsWith(`\0${PREFIX}`)) return null;
    const paths = FILES.map((file) => path(id.slice(PREFIX.length + 1), file));
    for (const each of paths) this.addWatchFile(each);
    const texts = await Promise.all(paths.map((each) => readFile(each, "utf8")));
    return `export default ${JSON.stringify(withoutComments(texts.join("\n")))};`;
  },
});
