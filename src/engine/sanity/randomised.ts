import * as ort from 'onnxruntime-node';

import type { Making } from '../model/compiledSession.js';
import {
  createExplainer,
  type Explainer,
  type ExplainerRequest,
  type Purpose,
  type RawExplanation,
} from '../model/explainer.js';
import type { Graph } from '../onnx/graph.js';
import type { PreparedModel } from '../prepare/prepare.js';
import { modulesOf } from './modules.js';
import { randomNumbers, redrawn } from './normal.js';
import { weightsOf } from './weights.js';

/** A model of which one module after the other forgets what it has learned. */
export interface RandomisedModel {
  /** In the order in which they are drawn anew, from the logits down. */
  readonly modules: readonly string[];
  readonly blocked: Explainer['blocked'];
  /** Explains by the weights as they are now. */
  explain(request: ExplainerRequest): Promise<readonly RawExplanation[]>;
  /** Draws the weights of a module anew, by its place among `modules`. */
  draw(module: number): void;
  dispose(): Promise<void>;
}

/**
 * Compiles a model with its weights as inputs, so that one session serves every state of them. The rules by which it is
 * explained stay those of the model as it is.
 * @param file the graph as the file has it
 * @throws every failure of compiling a model; outOfMemory
 */
export async function randomisedModel(
  file: Graph,
  prepared: PreparedModel,
  purpose: Purpose,
  seed: number,
  making: Making,
): Promise<RandomisedModel> {
  const weights = await weightsOf(prepared.analysis, making.file);
  const modules = modulesOf(file, prepared, weights);
  const given = new Map(weights.map(({ tensor, dims }) => [tensor, dims]));
  const explainer = await createExplainer(prepared, purpose, { ...making, given });
  const feeds = Object.fromEntries(
    weights.map(({ tensor, dims, values }) => [tensor, new ort.Tensor('float32', values, dims)]),
  );
  const random = randomNumbers(seed);
  return {
    modules: modules.map(({ name }) => name),
    blocked: explainer.blocked,
    explain: (request) => explainer.explain({ ...request, given: feeds }),
    draw: (module) => {
      for (const { tensor, dims, values } of modules[module]?.weights ?? [])
        feeds[tensor] = new ort.Tensor('float32', redrawn(values, random), dims);
    },
    dispose: () => explainer.dispose(),
  };
}
