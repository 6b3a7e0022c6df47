/** What stands in place of a file that did not arrive. */
export type Substitute = 'lfsPointer' | 'webPage';

/**
 * Tells a Git LFS pointer and a server's web page from the file that they stand for.
 * @param head the beginning of what was found
 */
export function substituteOf(head: Uint8Array): Substitute | null {
  const text = Buffer.from(head.subarray(0, HEAD_BYTES))
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart();
  if (text.startsWith('version https://git-lfs.')) return 'lfsPointer';
  return /^(?:<(?:!--[^]*?--|\?xml[^>]*)>\s*)*<(?:!doctype html|html|head|body)\b/i.test(text)
    ? 'webPage'
    : null;
}

const HEAD_BYTES = 4096;
