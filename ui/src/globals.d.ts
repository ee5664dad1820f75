/** The version of these pages, from package.json. */
declare const __VERSION__: string;
