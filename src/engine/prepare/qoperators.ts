import { float, type Graph, input, int, type Node } from '../onnx/graph.js';
import { producers } from '../onnx/walk.js';
import { passOn } from './passOn.js';
import { Replacement } from './replacement.js';

/** Where an operator on eight bits has what it computes with; scale and zero point stand behind each operand. */
interface Form {
  readonly op: string;
  readonly operands: (node: Node) => readonly number[];
  /** Of whole numbers, in steps of the product of the operands' scales. */
  readonly bias?: number;
  /** Scale and zero point of the result. */
  readonly result: number;
}

const binary = (op: string, bias?: number): Form => ({
  op,
  operands: () => [0, 3],
  result: bias === 6 ? 7 : 6,
  ...(bias !== undefined && { bias }),
});
const unary = (op: string): Form => ({ op, operands: () => [0], result: 3 });

/** ONNX Runtime's QOperator format, whose operators are of ai.onnx and com.microsoft. */
const FORMS: ReadonlyMap<string, Form> = new Map([
  ['QLinearConv', binary('Conv', 8)],
  ['QLinearMatMul', binary('MatMul')],
  ['QGemm', binary('Gemm', 6)],
  ['QLinearAdd', binary('Add')],
  ['QLinearMul', binary('Mul')],
  ['QLinearSigmoid', unary('Sigmoid')],
  ['QLinearLeakyRelu', unary('LeakyRelu')],
  ['QLinearSoftmax', unary('Softmax')],
  ['QLinearAveragePool', unary('AveragePool')],
  ['QLinearGlobalAveragePool', unary('GlobalAveragePool')],
  [
    'QLinearConcat',
    {
      op: 'Concat',
      operands: ({ inputs }) => [...inputs.keys()].filter((place) => place % 3 === 2),
      result: 0,
    },
  ],
]);

/**
 * A node of floats, and behind it what limits its output to what the numbers of a scale and zero point could express.
 * @param op computes the values that are limited
 */
type Limit = (node: Node, op: string, numbers: readonly string[]) => readonly Node[];

/**
 * A model of operators on eight bits as one of floats, in which every tensor has the name of the one it stands for. Weights
 * stay as they are stored, behind a DequantizeLinear. A model with such an operator that is not known stays as it is.
 */
export function computedInFloats(graph: Graph, limit: Limit): Graph {
  const known = graph.nodes.filter(({ op }) => FORMS.has(op));
  const foreign = graph.nodes.some((node) => isQuantised(node) && !isWritable(node));
  if (known.length === 0 || foreign) return graph;
  const producer = producers(graph);
  const isStored = (name: string): boolean =>
    graph.initializers.has(name) || producer.get(name)?.op === 'Constant';
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const form = FORMS.get(node.op);
    if (form !== undefined) return computed(node, form, isStored, limit);
    if (node.op === 'QuantizeLinear') {
      const [x = '', ...numbers] = node.inputs;
      return limit(passOn(node, node), producer.get(x)?.op ?? '', numbers);
    }
    const isFloat = node.op === 'DequantizeLinear' && !isStored(input(node, 0));
    return isFloat ? [passOn(node, node)] : [node];
  });
  return { ...graph, nodes };
}

function isQuantised({ op, domain }: Node): boolean {
  return /^Q(?:Linear|Gemm)/.test(op) && (domain === '' || domain === 'com.microsoft');
}

/** Not with channels last, nor scaled: no quantiser writes those for classifiers on a CPU. */
function isWritable(node: Node): boolean {
  const isScaled = node.op === 'QGemm' && float(node, 'alpha', 1) !== 1;
  return FORMS.has(node.op) && int(node, 'channels_last', 0) === 0 && !isScaled;
}

function computed(
  node: Node,
  { op, operands, bias, result }: Form,
  isStored: (name: string) => boolean,
  limit: Limit,
): readonly Node[] {
  const parts = new Replacement(node);
  const dequantised = (inputs: readonly string[], axis: number): string =>
    parts.add('DequantizeLinear', inputs, { axis: { type: 'int', value: axis } });
  const channelAxis = op === 'Conv' || int(node, 'transB', 0) === 1 ? 0 : 1;
  const places = operands(node);
  const data = places.map((place) => {
    const [tensor = '', scale = '', zeroPoint = ''] = node.inputs.slice(place, place + 3);
    return isStored(tensor) ? dequantised([tensor, scale, zeroPoint], channelAxis) : tensor;
  });
  if (bias !== undefined && input(node, bias) !== '') {
    const scales = places.map((place) => input(node, place + 1));
    data.push(dequantised([input(node, bias), parts.add('Mul', scales)], 0));
  }
  const attributes = new Map(
    [...node.attributes].filter(([name]) => !['channels_last', 'opset'].includes(name)),
  );
  const inFloats = { ...node, op, domain: '', inputs: data, attributes };
  return [...parts.nodes, ...limit(inFloats, op, node.inputs.slice(result, result + 2))];
}
