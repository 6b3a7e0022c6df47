import { fail } from '../failure.js';
import { type Graph, int, type Node, output, type ValueInfo } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';
import { partFor, producers, readBy } from '../onnx/walk.js';
import { CHOICES, ROUNDING } from './decisions.js';
import { putOut } from './logits.js';

const FLOATS: ReadonlySet<DataType> = new Set([
  ...[DataType.FLOAT, DataType.FLOAT16, DataType.BFLOAT16, DataType.DOUBLE, DataType.UNDEFINED],
]);

/** These give a decision where their first input is one … */
const PASSING_FIRST = new Set([
  ...['Identity', 'Cast', 'CastLike', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose', 'Slice'],
  ...['Split', 'Expand', 'Tile', 'Clip', 'ReduceSum', 'ReduceMin', 'ReduceMean'],
]);
/** … or any. */
const PASSING_ANY = new Set([
  ...['Add', 'Sub', 'Mul', 'Div', 'Mod', 'Neg', 'Abs', 'Max', 'Min', 'Concat', 'Gather', 'GatherElements'],
  ...['GatherND', 'ScatterElements', 'ArrayFeatureExtractor', 'FeatureVectorizer'],
]);

/** Classifiers of ai.onnx.ml put out the label of the best class and, behind it, the scores of all. */
export const CLASSIFIERS = new Set(['LinearClassifier', 'SVMClassifier', 'TreeEnsembleClassifier']);

/**
 * The graph without what no class score needs: labels, comparisons, the best few, sequences and maps. Its outputs are the
 * tensors that may hold one value per class, those of the file's first output in front.
 * @param chosen name of the output, or of a tensor inside, where the user chose one
 * @throws badSetting where nothing has the chosen name
 */
export function scoresOnly(graph: Graph, chosen: string | null, file: string): Graph {
  const find = scoreFinder(graph);
  const declared = new Map([...graph.valueInfo.values(), ...graph.outputs].map((info) => [info.name, info]));
  if (chosen !== null && !producers(graph).has(chosen))
    throw fail('badSetting', {
      setting: 'output',
      file,
      reason: `the model puts out ${putOut(graph.outputs)}`,
    });
  const asked = chosen === null ? graph.outputs.map(({ name }) => name) : [chosen];
  const found = new Set(asked.flatMap((name) => find(name, declared.get(name)?.dataType)));
  // A model that puts out no score is told so by what it does put out.
  if (found.size === 0) return graph;
  const outputs = Array.from(
    found,
    (name): ValueInfo => declared.get(name) ?? { name, dataType: DataType.FLOAT, shape: null },
  );
  return partFor(graph, outputs);
}

/** Finds the scores that an output, of this type, is computed from; itself where it is no decision. */
function scoreFinder(graph: Graph): (output: string, dataType: DataType | undefined) => readonly string[] {
  const producer = producers(graph);
  const varying = madeOfValues(graph);
  /** What a node's values are made of, without constants, shapes and the condition of a choice. */
  const sources = ({ op, inputs }: Node): readonly string[] => {
    const [first = '', ...others] = inputs;
    const values = PASSING_FIRST.has(op) || op === 'ReduceMax' ? [first] : op === 'Where' ? others : inputs;
    return values.filter((name) => varying.has(name));
  };
  const decided = new Map<string, boolean>();
  const isDecision = (tensor: string): boolean => {
    const node = producer.get(tensor);
    const known = decided.get(tensor);
    if (known !== undefined || node === undefined) return known ?? false;
    const passes = PASSING_FIRST.has(node.op) || PASSING_ANY.has(node.op) || node.op === 'Where';
    const is =
      CHOICES.has(node.op) ||
      ROUNDING.has(node.op) ||
      isLabel(node, tensor) ||
      isWhole(node) ||
      (passes && sources(node).some(isDecision));
    decided.set(tensor, is);
    return is;
  };
  const behind = (tensor: string): readonly string[] => {
    const node = producer.get(tensor);
    if (node === undefined) return [];
    return isLabel(node, tensor) ? [output(node, 1)] : sources(node).flatMap(scores);
  };
  const scores = (tensor: string): readonly string[] => {
    if (isDecision(tensor)) return behind(tensor);
    const node = producer.get(tensor);
    if (node === undefined) return [];
    // The highest score, or a pooling over places: what it is taken of tells.
    return node.op === 'ReduceMax' ? [...sources(node), tensor] : [tensor];
  };
  return (tensor, dataType = DataType.UNDEFINED) => {
    if (!FLOATS.has(dataType)) return behind(tensor);
    // Where nothing behind it is a list of scores, an output of numbers may yet be one.
    const isNumbers = dataType !== DataType.UNDEFINED && producer.get(tensor)?.domain === '';
    return isNumbers ? [...scores(tensor), tensor] : scores(tensor);
  };
}

/** What is made of the values of the inputs, not of their sizes alone. */
function madeOfValues({ inputs, nodes }: Graph): ReadonlySet<string> {
  const made = new Set(inputs.map(({ name }) => name));
  for (const node of nodes)
    if (!SIZES.has(node.op) && readBy(node).some((name) => made.has(name)))
      for (const name of node.outputs) made.add(name);
  return made;
}

const SIZES = new Set(['Shape', 'Size']);

function isLabel(node: Node, tensor: string): boolean {
  return CLASSIFIERS.has(node.op) && output(node, 0) === tensor;
}

/** Whether a node makes whole numbers, texts or truth values of what it gets. */
function isWhole(node: Node): boolean {
  return node.op === 'Cast' && !FLOATS.has(int(node, 'to', DataType.FLOAT));
}
