/** Texts that go into HTML. */

/** A text inside quotes of an attribute, or between tags. */
export function htmlText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}

/** JSON that cannot end the script element it stands in. */
export function htmlJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', '\\u003c');
}
