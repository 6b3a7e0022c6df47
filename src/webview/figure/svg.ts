import { htmlText } from '../../protocol/html.js';
import { FONTS } from './fonts.js';
import type { Layout, Placed, PlacedDrawing } from './placed.js';

const ANCHORS = { left: 'start', center: 'middle', right: 'end' } as const;

/**
 * A figure as an SVG that needs no other file: its pictures are embedded, its texts are texts.
 * @param pngOf one of the drawings, as a PNG
 */
export async function svgOf(
  { width, height, texts, drawings }: Layout,
  pngOf: (drawing: PlacedDrawing) => Promise<Uint8Array>,
): Promise<string> {
  const images: string[] = [];
  for (const drawing of drawings) images.push(imageOf(drawing, await pngOf(drawing)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...images,
    ...texts.map(textOf),
    '</svg>',
    '',
  ].join('\n');
}

function imageOf({ x, y, width, height }: PlacedDrawing, png: Uint8Array): string {
  return `<image x="${x}" y="${y}" width="${width}" height="${height}" href="data:image/png;base64,${base64(png)}"/>`;
}

function textOf({ text, x, y, font, align }: Placed): string {
  const place = `x="${x}" y="${y}" text-anchor="${ANCHORS[align]}"`;
  return `<text ${place} style="font: ${htmlText(FONTS[font])}; white-space: pre">${htmlText(printable(text))}</text>`;
}

/** XML knows no control characters, not even escaped. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, ' ');
}

/** Some kilobytes at a time: a call takes only so many arguments. */
const CHUNK = 0x2000;

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += CHUNK)
    binary += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
  return btoa(binary);
}
