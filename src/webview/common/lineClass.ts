/** As many lines can be told apart by colour, dashes and points; more begin anew. */
const STYLES = 4;

/** The style of a plot's line, of its points and of its key. */
export function lineClass(index: number): string {
  return `line-${(index % STYLES) + 1}`;
}
