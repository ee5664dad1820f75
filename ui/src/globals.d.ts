/** The version of these pages, from package.json. */
declare const __VERSION__: string;

/** The pages' part of a language's words (catalogue.js). */
declare module "words:*" {
  const text: string;
  export default text;
}

/** What the app's window tells the page that it shows (`src-tauri/src/saving.rs`). */
interface WindowEventMap {
  "deskbell.saved": CustomEvent<{ name: string; saved: boolean }>;
}
