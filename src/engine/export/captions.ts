import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';

/** What is written beside a picture. */
export interface Caption {
  readonly text: string;
  /** Below it, smaller and grey. */
  readonly note?: string;
}

/** RGBA, to be placed on a page. */
export interface Image {
  readonly rgba: Uint8Array | Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Sizes in pixels. */
const TEXT_SIZE = 16;
const NOTE_SIZE = 13;
const INK = '#000000';
const NOTE_INK = '#555555';

// Servers often have no fonts at all. Letters that this one lacks, Hangul among them, come from the system.
const FONT = 'Roboto';
const FONT_FILE = require.resolve('@expo-google-fonts/roboto/400Regular/Roboto_400Regular.ttf');

/** A caption on a transparent background, broken into lines of at most `width` pixels. */
export async function drawCaption(
  { text, note }: Caption,
  width: number,
  align: 'left' | 'centre',
): Promise<Image> {
  const lines = [markup(text, TEXT_SIZE, INK)];
  if (note !== undefined) lines.push(markup(note, NOTE_SIZE, NOTE_INK));
  const image = sharp({
    text: {
      text: lines.join('\n'),
      font: `${FONT} ${TEXT_SIZE}`,
      fontfile: FONT_FILE,
      // One point is one pixel.
      dpi: 72,
      rgba: true,
      width,
      wrap: 'word-char',
      align,
    },
  });
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { rgba: data, width: info.width, height: info.height };
}

/** Pango's markup; a size there is 1/1024 of a point. */
function markup(text: string, size: number, ink: string): string {
  const escaped = text
    .replace(/\p{Cc}/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
  return `<span size="${1024 * size}" foreground="${ink}">${escaped}</span>`;
}

/**
 * Fontconfig complains on standard error where Linux comes without its settings. Empty ones are enough for a font of
 * our own, and are read when the first text is drawn.
 */
export async function withFontSettings<T>(draw: () => Promise<T>): Promise<T> {
  const { env, platform } = process;
  const configured =
    'FONTCONFIG_FILE' in env || 'FONTCONFIG_PATH' in env || existsSync('/etc/fonts/fonts.conf');
  if (platform !== 'linux' || configured) return draw();
  const folder = await mkdtemp(join(tmpdir(), 'relevance-cam-fonts-'));
  const file = join(folder, 'fonts.conf');
  try {
    await writeFile(file, '<fontconfig></fontconfig>');
    env['FONTCONFIG_FILE'] = file;
    return await draw();
  } finally {
    delete env['FONTCONFIG_FILE'];
    await rm(folder, { recursive: true, force: true });
  }
}
