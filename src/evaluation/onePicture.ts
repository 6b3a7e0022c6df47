import type { Call, EngineApi, OpenRequest } from '../protocol/engineApi.js';
import type { PictureEvaluation } from '../protocol/evaluation.js';
import { METRIC_FACTS } from '../protocol/metrics.js';
import type { PictureTruth } from '../protocol/truth.js';
import type { ReportPicture, ReportPlan } from './report.js';

export interface PictureOrder {
  readonly open: OpenRequest;
  readonly plan: ReportPlan;
  /** Absolute paths of what else says what pictures show. */
  readonly sources: readonly string[];
}

export interface EvaluatedPicture extends Pick<PictureEvaluation, 'channels' | 'unread'> {
  readonly picture: ReportPicture;
}

/**
 * Measures one picture for the class that the model predicts. Where no region of that class is marked, or the picture is said
 * to show others, its maps are compared with the regions of the first expected class that has some, for which they are
 * computed anew: what is marked without a name is the class that the picture shows, whatever is predicted.
 * @param file as the report calls it
 */
export async function evaluatePicture(
  { open, plan, sources }: PictureOrder,
  file: string,
  truth: PictureTruth,
  engine: Pick<EngineApi, 'evaluate'>,
  call: Call,
): Promise<EvaluatedPicture> {
  const { methods, layers, metrics, seed, channels } = plan;
  const tensors = layers.map(({ tensor }) => tensor);
  // Also where the second answer's are not needed: one compiled model serves both.
  const request = { ...open, picture: truth.picture, sources, methods, layers: tensors, seed, channels };
  const found = await engine.evaluate({ ...request, target: null, metrics }, call);
  const [best] = found.predictions;
  if (best === undefined) throw new Error('a model predicts something');

  const ofRegions = metrics.filter((metric) => METRIC_FACTS[metric].needsRegions);
  const other = truth.targets.find(
    (target, place) => target !== found.target.index && (truth.regions[place] ?? 0) > 0,
  );
  const isOther = found.marked === null || !truth.targets.includes(found.target.index);
  const located =
    isOther && other !== undefined && ofRegions.length > 0
      ? await engine.evaluate({ ...request, target: other, metrics: ofRegions }, call)
      : found;
  const picture = {
    file,
    expected: truth.targets,
    predicted: best.index,
    probability: best.probability,
    target: found.target.index,
    marked: located.marked === null ? null : { target: located.target.index, share: located.marked },
    values: methods.map((method) =>
      tensors.map((tensor) =>
        metrics.map((metric) => {
          const { cells } = ofRegions.includes(metric) ? located : found;
          const cell = cells.find((each) => each.method === method && each.tensor === tensor);
          return cell?.values[metric] ?? null;
        }),
      ),
    ),
  };
  return { picture, channels: found.channels, unread: found.unread };
}
