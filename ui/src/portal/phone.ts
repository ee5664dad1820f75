// Whether a text can be a phone number, and whether a link can call it. Pure.

/** Fewest digits of a number that somebody may be called by: extensions have three. */
const DIGITS_MIN = 3;
/** Most digits of a number anywhere, by ITU-T E.164. */
const DIGITS_MAX = 15;

/** The address that calls a number; null if the text is something else. */
export function telephone(text: string): string | null {
  const bare = text.trim();
  if (!/^\+?[\d\s().\/\u2010-\u2015-]+$/.test(bare)) return null;
  const digits = bare.replace(/\D/g, "");
  if (digits.length < DIGITS_MIN || digits.length > DIGITS_MAX) return null;
  return `tel:${bare.startsWith("+") ? "+" : ""}${digits}`;
}

/** Whether a text has a digit, of any script: nothing more can be asked of extensions and numbers from all over the world. The service has
 * the same rule (`is_phone` in `crates/chat`), and the last word. */
export const isPhone = (text: string): boolean => /\p{N}/u.test(text);
