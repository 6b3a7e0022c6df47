import type * as ort from 'onnxruntime-node';

import type { Call } from '../../protocol/engineApi.js';
import type {
  LayerInfo,
  ModelInfo,
  ModelSettings,
  OperatorCoverage,
  Preprocessing,
} from '../../protocol/model.js';
import { report } from '../progress.js';
import { loadLabels } from '../image/labels.js';
import { resolvePreprocessing } from '../image/resolvePreprocessing.js';
import { METHOD_TABLE } from '../methods/table.js';
import { opset, producers, type Graph, type Node } from '../onnx/graph.js';
import { layerPaths, layerTree } from '../onnx/layerTree.js';
import { readModel } from '../onnx/read.js';
import { createExplainer, type Explainer } from './explainer.js';
import { findImageInput, inputShape, takesPixels } from './imageInput.js';
import { prepare, type PreparedModel } from './prepare.js';
import { checkLogits } from './selfCheck.js';

export interface OpenedModel {
  readonly file: string;
  readonly facts: Pick<
    ModelInfo,
    'opset' | 'producer' | 'input' | 'output' | 'tree' | 'layers' | 'operators'
  >;
  /** Classes there are to choose from: one logit stands for two. */
  readonly classCount: number;
  readonly takesPixels: boolean;
  readonly explainer: Explainer;
  /**
   * Compares an explanation's logits with the model's own.
   * @throws invalidModel, wrongLogits
   */
  readonly check: (feed: ort.Tensor, found: Float32Array) => Promise<void>;
}

/** What of a model is taken, as far as somebody says. */
export interface Choice {
  /** Input size of a model that takes any. */
  readonly size: Pick<Preprocessing, 'inputWidth' | 'inputHeight'> | null;
  readonly input: string | null;
  readonly output: string | null;
}

export const NO_CHOICE: Choice = { size: null, input: null, output: null };

/** Input size of a model that takes any and of which nobody says a size: ImageNet's. */
const USUAL_SIZE = { inputWidth: 224, inputHeight: 224 };

/**
 * Reads a model file and compiles it.
 * @param cacheFolder where the runtime may write
 * @throws every failure of reading and preparing a model; cancelled
 */
export async function openModel(
  file: string,
  choice: Choice,
  cacheFolder: string,
  call: Call,
): Promise<OpenedModel> {
  report(call, 'read', 0);
  const graph = readModel(file);
  const image = findImageInput(graph, file, choice.input);
  const { inputWidth, inputHeight } = choice.size ?? USUAL_SIZE;
  const size = { height: image.height ?? inputHeight, width: image.width ?? inputWidth };
  report(call, 'simplify', 0.2);
  const prepareGraph = (from: Graph): Promise<PreparedModel> =>
    prepare(from, image, size, choice.output, file, cacheFolder);
  const model = await prepareGraph(graph);
  report(call, 'compile', 0.4);
  const shape = inputShape(image, size.height, size.width);
  const explainer = await createExplainer(model, METHOD_TABLE['relevance-cam'], shape, file);
  const { logits } = model;
  const prepared = async (): Promise<Graph> => (await prepareGraph(readModel(file))).analysis.graph;
  return {
    file,
    explainer,
    check: (feed, found) => checkLogits({ file, image, size, logits, prepared }, feed, found),
    takesPixels: takesPixels(graph, image),
    classCount: Math.max(2, model.classCount),
    facts: {
      opset: opset(graph),
      producer: graph.producer,
      input: { name: image.name, shape },
      output: { name: model.logits, shape: model.analysis.shape(model.logits) },
      operators: coverage(model, explainer),
      ...describeLayers(graph, model, explainer),
    },
  };
}

/** What is told of an open model: its facts, and how this user feeds it and names its classes. */
export async function describeModel(
  { file, facts, classCount, takesPixels: pixels }: OpenedModel,
  settings: ModelSettings,
): Promise<ModelInfo> {
  const { preprocessing, source } = await resolvePreprocessing(
    file,
    facts.input.shape,
    classCount,
    settings,
    pixels,
  );
  const labels = await loadLabels(file, classCount, settings);
  return { path: file, ...facts, labels, preprocessing, preprocessingSource: source };
}

/** Names and operators are those of the given file; what the simplified graph added keeps its own. */
function describeLayers(
  graph: Graph,
  model: PreparedModel,
  explainer: Explainer,
): Pick<ModelInfo, 'tree' | 'layers'> {
  const given = producers(graph);
  const simplified = producers(model.analysis.graph);
  const sources = model.layers.flatMap((layer) => {
    const node: Node | undefined = given.get(layer.tensor) ?? simplified.get(layer.tensor);
    return node === undefined ? [] : [{ ...layer, node }];
  });
  const paths = layerPaths(sources);
  const layers = sources.map(({ tensor, channels, height, width, node }): LayerInfo => ({
    tensor,
    path: (paths.get(tensor) ?? [tensor]).join('/'),
    op: node.op,
    channels,
    height,
    width,
    blockedBy: explainer.blocked.get(tensor) ?? null,
  }));
  return { layers, tree: layerTree(paths) };
}

/** Operator types on the way from the image to the logits, and whether relevance passes each. */
function coverage({ analysis }: PreparedModel, { obstacles }: Explainer): readonly OperatorCoverage[] {
  const onTheWay = analysis.graph.nodes.filter((node) => !node.outputs.every(analysis.isConstant));
  const types = [...new Set(onTheWay.map(({ op }) => op))].sort();
  return types.map((op) => ({
    op,
    count: onTheWay.filter((node) => node.op === op).length,
    covered: !obstacles.has(op),
  }));
}
