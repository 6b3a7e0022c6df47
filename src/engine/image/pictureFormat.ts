import { type Substitute, substituteOf } from '../substitute.js';

/** The formats that are decoded, and how they are called. */
export const FORMAT_NAMES = {
  png: 'PNG',
  jpeg: 'JPEG',
  webp: 'WebP',
  bmp: 'BMP',
  gif: 'GIF',
  tiff: 'TIFF',
  avif: 'AVIF',
} as const;
export type PictureFormat = keyof typeof FORMAT_NAMES;

/** What a file holds, whatever its name says. */
export type Content =
  | { readonly kind: 'picture'; readonly format: PictureFormat }
  /** A known format that is not decoded. */
  | { readonly kind: 'foreign'; readonly name: string }
  | { readonly kind: 'empty' | 'unknown' | Substitute };

/** As many bytes of a file's beginning as tell what it holds. */
export const HEAD_BYTES = 4096;

/** What stands where in the file, one character a byte. */
type Signature<Name> = readonly [name: Name, text: string, at?: number];

const PICTURES: readonly Signature<PictureFormat>[] = [
  ['png', '\x89PNG\r\n\x1a\n'],
  ['jpeg', '\xff\xd8\xff'],
  ['webp', 'WEBP', 8],
  ['gif', 'GIF87a'],
  ['gif', 'GIF89a'],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  ['tiff', 'II+\0'],
  ['tiff', 'MM\0+'],
  ['bmp', 'BM'],
];

/** What the sensor saw, as each maker writes it. */
export const CAMERA_RAW = 'camera raw';
const FOREIGN: readonly Signature<string>[] = [
  ['DICOM', 'DICM', 128],
  ['JPEG XL', '\xff\x0a'],
  ['JPEG XL', '\0\0\0\x0cJXL '],
  ['JPEG 2000', '\0\0\0\x0cjP  '],
  ['JPEG 2000', '\xff\x4f\xff\x51'],
  ['PDF', '%PDF-'],
  ['PSD', '8BPS'],
  ['OpenEXR', 'v/1\x01'],
  ['ICO', '\0\0\x01\0'],
  ['NumPy', '\x93NUMPY'],
  ['ZIP', 'PK\x03\x04'],
  ['gzip', '\x1f\x8b'],
  ['RAR', 'Rar!\x1a\x07'],
  ['7z', '7z\xbc\xaf\x27\x1c'],
  ['Netpbm', 'P5\n'],
  ['Netpbm', 'P6\n'],
  ['Radiance HDR', '#?RADIANCE'],
  ['QOI', 'qoif'],
  ['DDS', 'DDS '],
  ['FITS', 'SIMPLE  ='],
  ['HDF5', '\x89HDF'],
  ['WebM', '\x1a\x45\xdf\xa3'],
  // Canon, Fujifilm, Olympus, Panasonic, Minolta, Sigma; those that are also a TIFF are told by its tags
  [CAMERA_RAW, 'HEAPCCDR', 6],
  [CAMERA_RAW, 'FUJIFILMCCD-RAW'],
  [CAMERA_RAW, 'IIRO'],
  [CAMERA_RAW, 'IIRS'],
  [CAMERA_RAW, 'MMOR'],
  [CAMERA_RAW, 'IIU\0'],
  [CAMERA_RAW, '\0MRM'],
  [CAMERA_RAW, 'FOVb'],
];

/** @param head the file's first `HEAD_BYTES`, or all of them */
export function contentOf(head: Buffer): Content {
  if (head.length === 0) return { kind: 'empty' };
  const text = head.toString('latin1');
  const picture = PICTURES.find(([, part, at]) => text.startsWith(part, at));
  if (picture) return { kind: 'picture', format: picture[0] };
  const foreign = FOREIGN.find(([, part, at]) => text.startsWith(part, at));
  if (foreign) return { kind: 'foreign', name: foreign[0] };
  return (text.startsWith('ftyp', 4) ? contentOfMedia(head) : null) ?? contentOfText(head);
}

/** Brands of pictures and series of them, by HEVC or another codec than AV1. */
const HEIF = [
  'heic',
  'heix',
  'heim',
  'heis',
  'hevc',
  'hevx',
  'hevm',
  'hevs',
  'mif1',
  'mif2',
  'msf1',
  'avci',
  'avcs',
];

/** Files made of boxes (ISO 14496-12) list the formats they follow in their first one. */
function contentOfMedia(head: Buffer): Content {
  const listed = head.toString('latin1', 8, head.readUInt32BE(0));
  const brands = Array.from({ length: listed.length / 4 }, (_, i) => listed.slice(4 * i, 4 * i + 4));
  const has = (...wanted: readonly string[]): boolean => wanted.some((brand) => brands.includes(brand));
  if (has('avif', 'avis')) return { kind: 'picture', format: 'avif' };
  if (has('crx ')) return { kind: 'foreign', name: CAMERA_RAW };
  return { kind: 'foreign', name: HEIF.some((brand) => has(brand)) ? 'HEIC' : 'MP4' };
}

function contentOfText(head: Buffer): Content {
  const substitute = substituteOf(head);
  if (substitute !== null) return { kind: substitute };
  const first = head
    .toString('utf8')
    .replaceAll(/^\ufeff|<!--[^]*?-->|<[?!][^>]*>/g, '')
    .trimStart();
  return first.startsWith('<svg') ? { kind: 'foreign', name: 'SVG' } : { kind: 'unknown' };
}
