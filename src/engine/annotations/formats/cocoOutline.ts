import * as v from 'valibot';
import { fail } from '../../failure.js';
import { readRange } from '../../files.js';
import type { Outline, Size } from '../mark.js';
import { decodeRle } from './rle.js';

/** x and y of three corners and more. */
const Polygon = v.pipe(
  v.array(v.number()),
  v.check((numbers) => numbers.length >= 6 && numbers.length % 2 === 0),
);

/** Masks of more pixels are no masks of pictures. */
const MAX_SIDE = 2 ** 15;
const Side = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_SIDE));

const Outlined = v.object({
  segmentation: v.union([
    v.pipe(
      Polygon,
      v.transform((polygon) => [polygon]),
    ),
    v.array(Polygon),
    v.object({ size: v.tuple([Side, Side]), counts: v.union([v.string(), v.array(v.number())]) }),
  ]),
});

/**
 * The outline of the annotation that stands at a place in a file.
 * @param of the size of the picture that the file means
 * @param entry how the file's owner finds the annotation
 * @throws cannotRead, badAnnotations
 */
export function outlineAt(
  file: string,
  { offset, length }: { readonly offset: number; readonly length: number },
  of: Size | null,
  entry: string,
): Outline {
  const bytes = readRange(file, offset, length);
  const outline = outlineIn(parseJson(new TextDecoder().decode(bytes)), of);
  if (outline === null) {
    const reason = `the segmentation in ${entry} is neither polygons nor the lengths of runs that make up its size`;
    throw fail('badAnnotations', { file, reason });
  }
  return outline;
}

function outlineIn(annotation: unknown, of: Size | null): Outline | null {
  const parsed = v.safeParse(Outlined, annotation);
  if (!parsed.success) return null;
  const { segmentation } = parsed.output;
  if (Array.isArray(segmentation)) return { kind: 'polygons', polygons: segmentation, of };
  const [height, width] = segmentation.size;
  return decodeRle(segmentation.counts, { width, height });
}

/** null where the file was changed since its places were noted. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
