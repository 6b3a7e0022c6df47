import { type Attribute, type Graph, type Node, output } from '../onnx/graph.js';
import { DataType, floatTensor, floatValues, int64Tensor, type Tensor } from '../onnx/tensor.js';
import { producers } from '../onnx/walk.js';
import { constantOf } from './constants.js';
import { standardProducts } from './integerProducts.js';
import { withFloatSums } from './integerSums.js';
import { isPacked, withFloatWeights } from './packedWeights.js';
import { passOn } from './passOn.js';
import { computedInFloats } from './qoperators.js';
import { Replacement } from './replacement.js';

/**
 * A quantised model without its rounding: what QuantizeLinear and DynamicQuantizeLinear round to eight bits is passed on as
 * it is, and operators on eight bits (MatMulInteger, ConvInteger) compute with the floats that their weights stand for.
 * Quantising drops a Relu or Clip where the range of the numbers does the same: there it is put back.
 */
export function withoutRounding(file: Graph): Graph {
  const given = standardProducts(withFloatWeights(file));
  const limits = new Map<string, Tensor>();
  const graph = computedInFloats(given, (node, op, numbers) => {
    const unlimited = `${output(node)}/unlimited`;
    const source = { ...node, inputs: [unlimited, ...numbers] };
    const limit = SIGNED.has(op) ? limitOf(source, given) : null;
    if (limit === null) return [node];
    const before = { ...node, name: `${node.name}/unlimited`, outputs: [unlimited] };
    return [before, ...limited(source, node, limit, limits)];
  });
  const rounding = new Map(
    graph.nodes.flatMap((node) => (ROUNDS.has(node.op) ? [[node.outputs[0] ?? '', node] as const] : [])),
  );
  const initializers = new Map([...graph.initializers, ...limits]);
  const producer = producers(graph);
  for (const { op, outputs } of rounding.values())
    // Scale and zero point of floats.
    if (op === 'DynamicQuantizeLinear')
      for (const [index, value] of [1, 0].entries())
        initializers.set(outputs[index + 1] ?? '', floatTensor([value], []));
  const products = new Set<string>();
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const source = rounding.get(node.inputs[0] ?? '');
    if (node.op === 'DynamicQuantizeLinear') return [passOn(node, node)];
    if (node.op === 'DequantizeLinear' && source !== undefined) {
      const limit = SIGNED.has(producer.get(source.inputs[0] ?? '')?.op ?? '')
        ? limitOf(source, graph)
        : null;
      return limit === null ? [passOn(source, node)] : limited(source, node, limit, initializers);
    }
    const float = FLOAT_OF.get(node.op);
    if (float === undefined || source === undefined) return [node];
    products.add(output(node));
    return inFloat(node, float, source, initializers);
  });
  return { ...graph, nodes: withFloatSums(nodes, products), initializers };
}

/** Whether a model computes with rounded activations, or with weights that its kernel may round them for. */
export function isRounded(graph: Graph): boolean {
  return standardProducts(graph).nodes.some(
    (node) => ROUNDS.has(node.op) || node.op.startsWith('QLinear') || node.op === 'QGemm' || isPacked(node),
  );
}

const ROUNDS = new Set(['QuantizeLinear', 'DynamicQuantizeLinear']);

/** Operators whose result may be negative, which a Relu or Clip may have followed. */
const SIGNED = new Set([
  'Conv',
  'ConvTranspose',
  'Gemm',
  'MatMul',
  'Add',
  'Sum',
  'Sub',
  'BatchNormalization',
]);

/** By type of the quantised numbers: the bytes of the lowest, and how many steps it is to the highest. */
const RANGE = new Map<DataType, { readonly lowest: readonly number[]; readonly steps: number }>([
  [DataType.UINT8, { lowest: [0], steps: 255 }],
  [DataType.INT8, { lowest: [0x80], steps: 255 }],
  [DataType.UINT16, { lowest: [0, 0], steps: 65_535 }],
  [DataType.INT16, { lowest: [0, 0x80], steps: 65_535 }],
]);

/** Up to where a QuantizeLinear-10 of one scale can go, if it lets nothing below zero pass; else null. */
function limitOf({ inputs: [, scale = '', zeroPoint = ''] }: Node, graph: Graph): number | null {
  const step = constantOf(graph, scale);
  const [size, ...others] = (step && floatValues(step)) ?? [];
  const zero = constantOf(graph, zeroPoint);
  const range = RANGE.get(zeroPoint === '' ? DataType.UINT8 : (zero?.dataType ?? DataType.UNDEFINED));
  const startsAtZero = zero === null || zero.bytes.join() === range?.lowest.join();
  return size === undefined || others.length > 0 || range === undefined || !startsAtZero
    ? null
    : size * range.steps;
}

/** What `source` would have rounded, between zero and a limit, as the output of `node`. */
function limited(
  source: Node,
  node: Node,
  limit: number,
  initializers: Map<string, Tensor>,
): readonly Node[] {
  const [output = ''] = node.outputs;
  const [rectified, highest] = [`${output}/rectified`, `${output}/highest`];
  initializers.set(highest, floatTensor([limit], []));
  const attributes = new Map<string, Attribute>();
  const inputs = source.inputs.slice(0, 1);
  return [
    { ...node, name: `${node.name}/rectified`, op: 'Relu', inputs, outputs: [rectified], attributes },
    { ...node, op: 'Clip', inputs: [rectified, '', highest], attributes },
  ];
}

/** Operators on eight bits, whose result is in whole numbers (opset 10), and the same on floats. */
const FLOAT_OF = new Map([
  ['MatMulInteger', 'MatMul'],
  ['ConvInteger', 'Conv'],
]);

/** f(x, w − zero point) in floats. The activation has been left in floats already, in steps of a scale that is fixed. */
function inFloat(node: Node, op: string, source: Node, initializers: Map<string, Tensor>): readonly Node[] {
  const [rounded = '', weights = '', , zeroPoint = ''] = node.inputs;
  const parts = new Replacement(node);
  const asFloat = (name: string): string =>
    parts.add('Cast', [name], { to: { type: 'int', value: DataType.FLOAT } });
  const perChannel = (name: string): string => {
    const dims = initializers.get(zeroPoint)?.dims ?? [];
    if (op !== 'Conv' || dims.length !== 1) return name;
    const shape = `${output(node)}/shape`;
    initializers.set(
      shape,
      int64Tensor([-1, ...(initializers.get(weights)?.dims.slice(1) ?? []).map(() => 1)]),
    );
    return parts.add('Reshape', [name, shape]);
  };
  const whole = asFloat(weights);
  const shifted = zeroPoint === '' ? whole : parts.add('Sub', [whole, perChannel(asFloat(zeroPoint))]);
  const x = source.op === 'QuantizeLinear' ? parts.add('Div', source.inputs.slice(0, 2)) : rounded;
  return parts.end(op, [x, shifted], Object.fromEntries(node.attributes));
}
