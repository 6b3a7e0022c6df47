import type { Graph } from '../../onnx/graph.js';
import { spellOutAttention } from './attention.js';
import { foldBatchNormalization } from './batchNormalization.js';
import type { Canonisable, Canoniser } from './canonisable.js';
import { joinActivations } from './joinActivations.js';
import { joinBatchNormalization } from './joinBatchNormalization.js';
import { joinNorms } from './joinNorms.js';
import { joinSigmoids } from './joinSigmoids.js';
import { joinSoftmax } from './joinSoftmax.js';
import { plainEinsum } from './plainEinsum.js';
import { standardNames } from './standardNames.js';

/** What is done to the operators of a file before ONNX Runtime simplifies it. */
const BEFORE: readonly ((graph: Graph) => Graph)[] = [spellOutAttention];

/** What is done to the simplified graph. */
const AFTER: readonly Canoniser[] = [
  standardNames,
  plainEinsum,
  joinNorms,
  joinSoftmax,
  joinActivations,
  joinSigmoids,
  joinBatchNormalization,
  foldBatchNormalization,
];

export function canoniseFile(graph: Graph): Graph {
  return BEFORE.reduce((current, canoniser) => canoniser(current), graph);
}

/** Brings a simplified graph to the operators that the rules know. */
export function canonise(model: Canonisable): Canonisable {
  return AFTER.reduce((current, canoniser) => canoniser(current), model);
}
