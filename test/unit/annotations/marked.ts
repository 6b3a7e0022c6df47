// A folder of a test's own, and what is read in it.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp from 'sharp';

import { IndexCache } from '../../../src/engine/annotations/indexCache.js';
import { Look } from '../../../src/engine/annotations/look.js';
import { readAnnotations } from '../../../src/engine/annotations/readAnnotations.js';
import { readTruth } from '../../../src/engine/annotations/readTruth.js';
import type { Annotations, Region } from '../../../src/protocol/annotations.js';
import type { AnnotationsRequest } from '../../../src/protocol/engineApi.js';
import type { Preprocessing } from '../../../src/protocol/model.js';
import type { Truth, TruthRequest } from '../../../src/protocol/truth.js';
import { temporaryFolder } from '../image/helpers.js';
import { IMAGENET } from '../models.js';

/** Of a picture of 16 × 8, every second pixel. */
export const SQUASHED: Preprocessing = {
  ...IMAGENET,
  fit: 'squash',
  resize: 8,
  inputWidth: 8,
  inputHeight: 4,
};
export const LABELS = ['ape', 'bee', 'cat'];

export interface MarkedFolder {
  path(name: string): string;
  write(name: string, content: string | Uint8Array): Promise<void>;
  /** What is marked in a picture of 16 × 8, seen by the model as 8 × 4. */
  read(picture: string, change?: Partial<AnnotationsRequest>): Promise<Annotations>;
  truth(pictures: readonly string[], change?: Partial<TruthRequest>): Promise<Truth>;
}

export function markedFolder(): MarkedFolder {
  const folder = temporaryFolder();
  return {
    path: (name) => folder.path(name),
    async write(name, content) {
      await mkdir(dirname(folder.path(name)), { recursive: true });
      await folder.write(name, content);
    },
    read(picture, change = {}) {
      const size = { width: 16, height: 8 };
      const path = folder.path(picture);
      const request = { path, ...size, preprocessing: SQUASHED, labels: LABELS, sources: [], ...change };
      return readAnnotations(request, lookAround());
    },
    truth(pictures, change = {}) {
      const request = {
        pictures: pictures.map((name) => folder.path(name)),
        labels: LABELS,
        sources: [],
        ...change,
      };
      return readTruth(request, lookAround());
    },
  };
}

/** A look at files up to one megapixel. */
export function lookAround({
  cache = new IndexCache(),
  breathe = () => Promise.resolve(),
}: Partial<LookParts> = {}): Look {
  return new Look(cache, { maxMegapixels: 1, breathe });
}

interface LookParts extends Pick<Look, 'breathe'> {
  readonly cache: IndexCache;
}

/** A mask as rows of `.` and `#`; a box as its edges. */
export function drawn({ shape }: Region): string {
  if (shape.kind === 'box') {
    const { x, y, width, height } = shape.box;
    return `${x},${y} to ${x + width},${y + height}`;
  }
  const rows = Array.from({ length: shape.height }, (_, row) =>
    shape.inside.subarray(row * shape.width, (row + 1) * shape.width),
  );
  return rows.map((row) => Array.from(row, (inside) => (inside ? '#' : '.')).join('')).join('\n');
}

/** A picture from its pixels: grey, or red, green and blue. */
export function picture(
  [width, height, channels]: readonly [number, number, 1 | 3],
  pixels: readonly number[],
): Promise<Buffer> {
  const raw = { width, height, channels };
  const made = sharp(Uint8Array.from(pixels), { raw });
  return (channels === 1 ? made.toColourspace('b-w') : made).png().toBuffer();
}
