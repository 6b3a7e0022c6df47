import type { MetricId } from '../../protocol/metrics.js';
import { averageDrop } from './averageDrop.js';
import { averageIncrease } from './averageIncrease.js';
import { classCorrelation } from './classCorrelation.js';
import { classSeparation } from './classSeparation.js';
import { deletion } from './deletion.js';
import { energyInside } from './energyInside.js';
import { insertion } from './insertion.js';
import { iou } from './iou.js';
import type { Metric } from './metric.js';
import { pointingGame } from './pointingGame.js';
import { road } from './road.js';
import { sparsity } from './sparsity.js';

export const METRIC_TABLE: Readonly<Record<MetricId, Metric>> = {
  'average-drop': averageDrop,
  'average-increase': averageIncrease,
  deletion,
  insertion,
  road,
  iou,
  'pointing-game': pointingGame,
  'energy-inside': energyInside,
  'class-correlation': classCorrelation,
  'class-separation': classSeparation,
  sparsity,
};
