import { EvaluationError } from '../../../src/evaluation/failure.js';
import type { EvaluationReport, ReportPicture } from '../../../src/evaluation/report.js';
import type { EngineFailure } from '../../../src/protocol/errors.js';
import { IMAGENET } from '../models.js';

/** A report of two methods, two layers and two metrics, but for what is given. */
export function reportOf(
  pictures: readonly ReportPicture[],
  plan: Partial<EvaluationReport['plan']> = {},
): EvaluationReport {
  return {
    format: 'relevance-cam-evaluation',
    version: 1,
    program: '0.1.0',
    model: {
      file: 'model.onnx',
      sha256: 'abc',
      labels: ['cat', 'dog', 'bird'],
      preprocessing: IMAGENET,
    },
    plan: {
      root: 'pictures',
      found: pictures.length,
      drawn: 'def',
      sources: [],
      methods: ['relevance-cam', 'grad-cam'],
      layers: [
        { tensor: 'a', label: 'layer1', height: 8, width: 8 },
        { tensor: 'b', label: 'layer2', height: 4, width: 4 },
      ],
      metrics: ['average-drop', 'iou'],
      limit: null,
      seed: 0,
      onlyCorrect: false,
      channels: false,
      shard: null,
      ...plan,
    },
    pictures,
    failed: [],
    unmatched: [],
  };
}

/** A picture whose values all are the same, but for what is given. */
export function pictureOf(
  file: string,
  value: number | null,
  more: Partial<ReportPicture> = {},
): ReportPicture {
  const metrics = [value, value];
  const layers = [metrics, metrics];
  return {
    file,
    expected: [0],
    predicted: 0,
    probability: 0.9,
    target: 0,
    marked: { target: 0, share: 0.5 },
    values: [layers, layers],
    ...more,
  };
}

/** The failure that something throws; null where it throws none. */
export function failureOf(throwing: () => unknown): EngineFailure | null {
  try {
    throwing();
    return null;
  } catch (error) {
    if (error instanceof EvaluationError) return error.failure;
    throw error;
  }
}
