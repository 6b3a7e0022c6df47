import type { PictureAddresses } from '../../../evaluation/reportPage.js';

/** The address of a picture; null where the page has none. @param file as the report names it */
export function addressOf(pictures: PictureAddresses, file: string): string | null {
  if (pictures.kind === 'whole') return pictures.addresses[file] ?? null;
  return [pictures.address, ...file.split('/').map(encodeURIComponent)].join('/');
}
