// The letters that stand for a person in a small square. Pure.

/** The first letters of the first and the last word of a name, at most two. */
export function initials(name: string): string {
  const words = name.replace(/[\u2066-\u2069]/g, "").split(/\s+/).map((word) => word.replace(/^[^\p{L}\p{N}]+/u, ""));
  const letters = words.flatMap((word) => [...word].slice(0, 1));
  const [first = "", last = ""] = [letters[0], letters.length > 1 ? letters.at(-1) : ""];
  return (first + last).toLocaleUpperCase();
}
