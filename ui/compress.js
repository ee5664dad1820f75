// Writes a brotli and a gzip form beside each file that the service sends, so that it compresses nothing while it runs.
import { readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** Pictures and sounds of other formats are compressed already. */
const IS_TEXT = /\.(css|html|js|json|svg|txt|webmanifest)$/;
/** The app has its own pages in its program. */
const IS_OF_APP = /^desk[.-]/;

const brotli = (bytes) =>
  promisify(brotliCompress)(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } });
const gzipped = (bytes) => promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION });

/** The suffixes that the service looks for (crates/service/src/http/accept.rs). */
const FORMS = [
  [".br", brotli],
  [".gz", gzipped],
];

async function compressFile(path) {
  const bytes = await readFile(path);
  for (const [suffix, compressed] of FORMS) {
    const form = await compressed(bytes);
    if (form.length < bytes.length) await writeFile(path + suffix, form);
  }
}

/**
 * Runs when all files are written, those of other plugins and of `public` among them.
 * @returns {import("vite").Plugin}
 */
export const compress = () => ({
  name: "compress",
  apply: "build",
  writeBundle: {
    order: "post",
    sequential: true,
    async handler({ dir }) {
      const files = await readdir(dir, { recursive: true });
      const sent = files.filter((file) => IS_TEXT.test(file) && !IS_OF_APP.test(basename(file)));
      await Promise.all(sent.map((file) => compressFile(join(dir, file))));
    },
  },
});
