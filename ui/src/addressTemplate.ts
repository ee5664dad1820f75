// Fills an address of one of the organisation's own systems, such as its tickets (C10). Pure. The service has checked the template; what is put
// in comes from people whom nobody trusts. The rule is that of `crates/protocol/src/address_template.rs`; tests of both read one table.

/** A part of a path that leads up. */
const IS_UP = /^\.+$/;

/** The address of what has this reference; `null` if there is none, since it is empty or would lead to another part of the path. */
export function addressWith(template: string, reference: string): string | null {
  if (reference === "" || reference.split(/[/\\]/).some((part) => IS_UP.test(part))) return null;
  const encoded = encodeURIComponent(wellFormed(reference)).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return template.replace("{reference}", () => encoded);
}

/** Half of a character cannot be encoded. */
const wellFormed = (text: string): string => text.replace(/\p{Surrogate}/gu, "\ufffd");
