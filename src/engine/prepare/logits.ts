import { fail } from '../failure.js';
import type { Graph } from '../onnx/graph.js';
import { DataType, elementCount } from '../onnx/tensor.js';
import { producers } from '../onnx/walk.js';

/** Turns logits into probabilities; relevance starts before it. */
const FINAL_ACTIVATIONS = new Set(['Softmax', 'LogSoftmax', 'Sigmoid']);
/** May stand between the final activation and the output. */
const SHAPE_ONLY = new Set(['Identity', 'Flatten', 'Reshape', 'Squeeze', 'Unsqueeze', 'Cast']);

/** Where a model's answer is. */
export interface Answer {
  /** The output of one value per class. */
  readonly output: string;
  readonly logits: string;
  /** What the file itself makes of the logits; null where it puts them out as they are. */
  readonly own: 'softmax' | 'sigmoid' | null;
}

/**
 * Finds the tensor that holds the logits: the first output of one float value per class, (1, N), (N) or (1, N, 1, 1),
 * or what enters the Softmax or Sigmoid that it comes out of.
 * @param shapes of the graph's tensors
 * @param chosen the user's choice where there are several outputs
 * @throws noLogits or badSetting, saying what the model puts out instead
 */
export function findLogits(
  graph: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
  file: string,
  chosen: string | null = null,
): Answer {
  const isLogits = (name: string): boolean => {
    const shape = shapes.get(name);
    return shape !== undefined && elementCount(shape) > 0 && shape.filter((size) => size !== 1).length <= 1;
  };
  const output = graph.outputs.find(
    ({ name, dataType }) =>
      dataType === DataType.FLOAT && isLogits(name) && (chosen === null || name === chosen),
  );
  if (output === undefined) {
    const given = graph.outputs.map(
      ({ name }) => `${name} (${shapes.get(name)?.join(' × ') ?? 'of unknown shape'})`,
    );
    if (chosen !== null)
      throw fail('badSetting', { setting: 'output', file, reason: `the model puts out ${given.join('; ')}` });
    throw fail('noLogits', { file, outputs: given.join('; ') });
  }
  return beforeActivation(graph, shapes, output.name);
}

/** What enters the final Softmax or Sigmoid that an output comes out of; the output itself where there is none. */
function beforeActivation(
  graph: Graph,
  shapes: ReadonlyMap<string, readonly number[]>,
  output: string,
): Answer {
  const producer = producers(graph);
  const count = (name: string): number => elementCount(shapes.get(name) ?? []);
  for (let name = output; ;) {
    const node = producer.get(name);
    const [input = ''] = node?.inputs ?? [];
    if (node !== undefined && FINAL_ACTIVATIONS.has(node.op))
      return { output, logits: input, own: node.op === 'Sigmoid' ? 'sigmoid' : 'softmax' };
    if (node === undefined || !SHAPE_ONLY.has(node.op) || count(input) !== count(name))
      return { output, logits: output, own: null };
    name = input;
  }
}
