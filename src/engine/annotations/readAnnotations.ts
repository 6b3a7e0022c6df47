import type { Annotations } from '../../protocol/annotations.js';
import type { AnnotationsRequest } from '../../protocol/engineApi.js';
import type { EngineFailure } from '../../protocol/errors.js';
import { ClassNames } from '../../labels/classNames.js';
import { EngineError } from '../failure.js';
import { boxesFromCsv } from './boxesCsv.js';
import { boxesFromXml } from './boxesXml.js';
import { masksBeside } from './masks.js';

/**
 * What is marked in a picture. Looked for in this order, and the first kind that has something for the picture counts:
 * masks, an XML file as Pascal VOC and ImageNet write it, a `boxes.csv`.
 * @param maxMegapixels masks of more are refused
 */
export async function readAnnotations(
  request: AnnotationsRequest,
  maxMegapixels: number,
): Promise<Annotations> {
  const classes = new ClassNames(request.labels);
  const failures: EngineFailure[] = [];
  for (const read of [masksBeside, boxesFromXml, boxesFromCsv]) {
    try {
      const regions = await read(request, classes, maxMegapixels);
      if (regions.length > 0) return { regions, failures };
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      failures.push(error.failure);
    }
  }
  return { regions: [], failures };
}
