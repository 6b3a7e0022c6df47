import { DEFAULT_MAX_MEGAPIXELS } from '../../protocol/picture.js';
import type { Preprocessing } from '../../protocol/model.js';
import { readPicture, type EncodedPicture } from './readPicture.js';

/** What the numbers in a file mean. */
export type PixelReading = Pick<Preprocessing, 'orientation' | 'bitDepth' | 'floatRange'>;

export const USUAL_READING: PixelReading = { orientation: true, bitDepth: 16, floatRange: [0, 1] };

export interface DecodedPicture {
  readonly width: number;
  readonly height: number;
  /** height × width × (R, G, B) */
  readonly rgb: Uint8Array;
}

/** Spaces whose numbers are taken as they are stored; any other, as Lab, is converted. */
const STORED = new Set(['srgb', 'b-w', 'rgb16', 'grey16', 'cmyk', 'scrgb']);

/**
 * Reads png, jpg, webp, bmp, tiff, avif and the first frame of a gif, told by their content, as Pillow, OpenCV,
 * torchvision and TensorFlow agree: no colour profile is applied, transparency and bands beyond the third are dropped,
 * CMYK becomes RGB by (255 − C)(255 − K) / 255, of deeper pixels the upper 8 bits are taken, and numbers with a sign or of 32
 * bits are scaled by their own range.
 * @param maxMegapixels pictures of more are refused before their pixels are decoded
 * @throws what `readPicture` throws
 */
export function decodePicture(
  file: string,
  reading = USUAL_READING,
  maxMegapixels = DEFAULT_MAX_MEGAPIXELS,
): Promise<DecodedPicture> {
  return readPicture(file, maxMegapixels, (picture) => pixelsOf(picture, reading));
}

/** @throws where libvips cannot decode the pixels */
export async function pixelsOf(picture: EncodedPicture, reading: PixelReading): Promise<DecodedPicture> {
  const space = spaceOf(picture);
  const depth = picture.depth === 'uchar' || picture.depth === 'ushort' ? picture.depth : 'float';
  // Spaces of sixteen bits have no numbers below zero.
  const shift = picture.depth === 'short' && space.endsWith('16') ? 2 ** 15 : 0;
  const opened = shift === 0 ? picture.open(false) : picture.open(false).linear(1, shift);
  const { data, info } = await (reading.orientation ? opened.autoOrient() : opened)
    .pipelineColourspace(space)
    .toColourspace(space)
    .raw({ depth })
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  const [black, white] = rangeOf(picture, reading);
  const bytes = bytesOf(data, depth, reading.bitDepth, [black + shift, white + shift]);
  if (space === 'cmyk') return { width, height, rgb: fromInks(bytes, channels) };
  return { width, height, rgb: channels === 3 ? bytes : pick(bytes, channels, bandsOf(picture)) };
}

function spaceOf({ space, channels }: EncodedPicture): string {
  // As grey, libvips would leave out all bands but the first.
  if (channels > 2 && space === 'b-w') return 'srgb';
  if (channels > 2 && space === 'grey16') return 'rgb16';
  return STORED.has(space) ? space : 'srgb';
}

/** Which of the decoded bands are red, green and blue. */
function bandsOf({ space, channels }: EncodedPicture): readonly [number, number, number] {
  if (space !== 'b-w' && space !== 'grey16') return [0, 1, 2];
  // Where libvips turns grey into colours, it makes three bands of the first and leaves the others behind them.
  return channels > 2 ? [0, 3, 4] : [0, 0, 0];
}

/** How many bits whole numbers have that are read as floats, and whether one is their sign. */
const WHOLE: ReadonlyMap<EncodedPicture['depth'], { readonly bits: number; readonly isSigned: boolean }> =
  new Map([
    ['char', { bits: 8, isSigned: true }],
    ['short', { bits: 16, isSigned: true }],
    ['int', { bits: 32, isSigned: true }],
    ['uint', { bits: 32, isSigned: false }],
  ]);

/** What black and white are: the ends of a whole number's own range, unless something else is said. */
function rangeOf(
  { depth }: EncodedPicture,
  { bitDepth, floatRange }: PixelReading,
): PixelReading['floatRange'] {
  const whole = WHOLE.get(depth);
  const [usualBlack, usualWhite] = USUAL_READING.floatRange;
  if (whole === undefined || floatRange[0] !== usualBlack || floatRange[1] !== usualWhite) return floatRange;
  const { bits, isSigned } = whole;
  if (bits === 16 && bitDepth < bits) return [0, 2 ** bitDepth - 1];
  return isSigned ? [-(2 ** (bits - 1)), 2 ** (bits - 1) - 1] : [0, 2 ** bits - 1];
}

/** @param bitDepth of 16-bit numbers; of floats, what is black and what is white stands behind it */
function bytesOf(
  data: Buffer,
  depth: 'uchar' | 'ushort' | 'float',
  bitDepth: number,
  [black, white]: PixelReading['floatRange'],
): Uint8Array {
  if (depth === 'uchar') return data;
  if (depth === 'ushort') {
    const excess = 2 ** (bitDepth - 8);
    const deep = new Uint16Array(data.buffer, data.byteOffset, data.length / 2);
    return Uint8Array.from(deep, (value) => Math.min(255, Math.floor(value / excess)));
  }
  const values = new Float32Array(data.buffer, data.byteOffset, data.length / 4);
  return new Uint8Array(Uint8ClampedArray.from(values, (value) => (255 * (value - black)) / (white - black)));
}

function pick(bytes: Uint8Array, channels: number, bands: readonly [number, number, number]): Uint8Array {
  const rgb = new Uint8Array((3 * bytes.length) / channels);
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    rgb[to] = bytes[from + bands[0]] ?? 0;
    rgb[to + 1] = bytes[from + bands[1]] ?? 0;
    rgb[to + 2] = bytes[from + bands[2]] ?? 0;
  }
  return rgb;
}

function fromInks(bytes: Uint8Array, channels: number): Uint8Array {
  const rgb = new Uint8Array((3 * bytes.length) / channels);
  for (let from = 0, to = 0; to < rgb.length; from += channels, to += 3) {
    const light = (255 - (bytes[from + 3] ?? 0)) / 255;
    for (let ink = 0; ink < 3; ink++) rgb[to + ink] = Math.round(light * (255 - (bytes[from + ink] ?? 0)));
  }
  return rgb;
}
