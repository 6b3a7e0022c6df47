import type { Estimate, MetricTable } from '../../../../src/evaluation/metricTable.js';
import type { EvaluationReport, ReportLayer } from '../../../../src/evaluation/report.js';
import { IMAGENET } from '../../models.js';

export function estimate(mean: number, low: number, high: number, n = 300): Estimate {
  return { mean, low, high, n };
}

export function layerOf(label: string, side = 28): ReportLayer {
  return { label, tensor: `/${label}`, height: side, width: side };
}

/** Two methods at two layers, with the paper's numbers. */
export const DROP: MetricTable = {
  metric: 'average-drop',
  objects: null,
  methods: ['relevance-cam', 'grad-cam'],
  rows: [
    { layer: layerOf('layer2'), cells: [estimate(0.3902, 0.371, 0.4099), estimate(0.7491, 0.73, 0.768)] },
    { layer: layerOf('layer4', 7), cells: [estimate(0.2153, 0.2, 0.23), null] },
  ],
};

export const SEPARATION: MetricTable = {
  metric: 'class-separation',
  objects: null,
  methods: ['relevance-cam'],
  rows: [{ layer: layerOf('layer2'), cells: [estimate(0.02, -0.0104, 0.05, 12)] }],
};

/** A report of nothing but what captions say. */
export const REPORT: EvaluationReport = {
  format: 'relevance-cam-evaluation',
  version: 1,
  program: '0.1.0',
  model: {
    file: 'resnet_50.onnx',
    sha256: 'c0ffee',
    labels: ['cat', 'dog'],
    preprocessing: IMAGENET,
  },
  plan: {
    root: 'val',
    found: 50000,
    drawn: 'd1ce',
    sources: [],
    methods: ['relevance-cam', 'grad-cam'],
    layers: [layerOf('layer2'), layerOf('layer4', 7)],
    metrics: ['average-drop'],
    limit: 300,
    seed: 7,
    onlyCorrect: true,
    channels: false,
    shard: null,
  },
  pictures: [],
  failed: [],
  unmatched: [],
};
