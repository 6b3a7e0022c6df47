/** Writes the pages with their stand-in hosts into a folder, an HTML file of each per theme and language. */
export function buildHarness(outdir: string): Promise<void>;
