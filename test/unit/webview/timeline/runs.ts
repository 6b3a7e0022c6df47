import type { Prediction } from '../../../../src/protocol/explanation.js';
import type {
  Checkpoint,
  CheckpointResult,
  CheckpointState,
  ProbePicture,
  Run,
  TimelineLayer,
  TimelineSnapshot,
} from '../../../../src/protocol/timeline.js';

export function checkpointOf(id: number, step: number, kind: CheckpointState['kind'] = 'done'): Checkpoint {
  const state: CheckpointState =
    kind === 'failed' ? { kind, text: 'It is damaged.', remedy: null } : { kind };
  return { id, name: `epoch-${step}.onnx`, step, state };
}

export function runOf(id: string, checkpoints: readonly Checkpoint[], model: number | null = 1): Run {
  return { id, name: id, model, kind: 'graph', unit: 'epoch', checkpoints, live: true, problem: null };
}

export function probeOf(id: number, target: number | null = 0): ProbePicture {
  return {
    id,
    path: `/${id}.png`,
    name: `${id}.png`,
    picture: null,
    annotations: null,
    target: target === null ? null : { index: target, label: `class ${target}`, by: 'last' },
    problem: null,
  };
}

export function snapshotOf(runs: readonly Run[], pictures: readonly ProbePicture[]): TimelineSnapshot {
  return { runs, pictures, method: 'relevance-cam', restarted: false };
}

export function predictionOf(index: number, probability = 0.5): Prediction {
  return { index, label: `class ${index}`, probability, value: 2, logit: 1 };
}

export function layerOf(
  tensor: string,
  map: readonly number[],
  weights: readonly number[] | null = null,
): TimelineLayer {
  const ranked = [...(weights ?? []).entries()].sort(([, a], [, b]) => b - a);
  return {
    tensor,
    height: 1,
    width: map.length,
    map: Float32Array.from(map),
    weights: weights && Float32Array.from(weights),
    top: ranked.slice(0, 3).map(([channel, weight]) => ({ channel, weight })),
    relevanceSum: 0.9,
  };
}

export function resultFor(
  checkpoint: number,
  picture: number,
  layers: readonly TimelineLayer[],
  predicted = 0,
): CheckpointResult {
  return {
    checkpoint,
    picture,
    method: 'relevance-cam',
    target: predictionOf(0),
    predicted: predictionOf(predicted),
    layers,
    blocked: [],
  };
}
