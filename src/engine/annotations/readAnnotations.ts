import { ClassNames } from '../../labels/classNames.js';
import type { Annotations, Region } from '../../protocol/annotations.js';
import type { AnnotationsRequest } from '../../protocol/engineApi.js';
import type { EngineFailure } from '../../protocol/errors.js';
import { EngineError } from '../failure.js';
import type { Look } from './look.js';
import { marksOf, sourcesAt } from './marksOf.js';
import { regionOf } from './regions.js';

/**
 * What is marked in a picture, by the first place of `marksOf` that marks something that can be read.
 * @throws cannotRead where a source is not there · cancelled
 */
export async function readAnnotations(request: AnnotationsRequest, look: Look): Promise<Annotations> {
  const sources = await sourcesAt(request.sources);
  const said = await marksOf(request.path, sources, look, ({ regions }) => regions.length > 0);
  // Most pictures have none, and finding names among a thousand takes getting ready.
  if (said.regions.length === 0) return { regions: [], failures: said.failures };
  const classes = new ClassNames(request.labels);
  const regions: Region[] = [];
  const failures: EngineFailure[] = [...said.failures];
  for (const mark of said.regions)
    try {
      const region = await regionOf(mark, request, classes);
      if (region !== null) regions.push(region);
    } catch (error) {
      if (!(error instanceof EngineError)) throw error;
      failures.push(error.failure);
    }
  return { regions, failures };
}
