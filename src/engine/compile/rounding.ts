import type { Attribute, Graph, Node } from '../onnx/graph.js';
import { DataType, floatTensor, int64Tensor, type Tensor } from '../onnx/tensor.js';

/**
 * A quantised model without its rounding: what QuantizeLinear and DynamicQuantizeLinear round to eight bits is passed on as
 * it is, and operators on eight bits (MatMulInteger, ConvInteger) compute with the floats that their weights stand for.
 */
export function withoutRounding(graph: Graph): Graph {
  const rounding = new Map(
    graph.nodes.flatMap((node) => (ROUNDS.has(node.op) ? [[node.outputs[0] ?? '', node] as const] : [])),
  );
  const initializers = new Map(graph.initializers);
  for (const { op, outputs } of rounding.values())
    // Scale and zero point of floats.
    if (op === 'DynamicQuantizeLinear')
      for (const [index, value] of [1, 0].entries())
        initializers.set(outputs[index + 1] ?? '', floatTensor([value], []));
  const nodes = graph.nodes.flatMap((node): readonly Node[] => {
    const source = rounding.get(node.inputs[0] ?? '');
    if (node.op === 'DynamicQuantizeLinear') return [passOn(node, node)];
    if (node.op === 'DequantizeLinear' && source !== undefined) return [passOn(source, node)];
    const float = FLOAT_OF.get(node.op);
    if (float === undefined || source?.op !== 'DynamicQuantizeLinear') return [node];
    return inFloat(node, float, initializers);
  });
  return { ...graph, nodes, initializers };
}

const ROUNDS = new Set(['QuantizeLinear', 'DynamicQuantizeLinear']);

/** Operators on eight bits, whose result is in whole numbers (opset 10), and the same on floats. */
const FLOAT_OF = new Map([
  ['MatMulInteger', 'MatMul'],
  ['ConvInteger', 'Conv'],
]);

/** What `source` would have rounded, as the first output of `node`. */
function passOn(source: Node, node: Node): Node {
  return {
    ...node,
    op: 'Identity',
    inputs: source.inputs.slice(0, 1),
    outputs: node.outputs.slice(0, 1),
    attributes: new Map(),
  };
}

/** f(x, w − zero point) in floats. The activation has been left in floats already. */
function inFloat(node: Node, op: string, initializers: Map<string, Tensor>): readonly Node[] {
  const [x = '', weights = '', , zeroPoint = ''] = node.inputs;
  const [y = ''] = node.outputs;
  const made: Node[] = [];
  const make = (type: string, inputs: readonly string[], attributes: readonly [string, Attribute][] = []) => {
    const output = `${y}/${made.length}`;
    made.push({
      ...node,
      name: `${node.name}/${made.length}`,
      op: type,
      inputs,
      outputs: [output],
      attributes: new Map(attributes),
    });
    return output;
  };
  const asFloat = (name: string): string =>
    make('Cast', [name], [['to', { type: 'int', value: DataType.FLOAT }]]);
  const perChannel = (name: string): string => {
    const dims = initializers.get(zeroPoint)?.dims ?? [];
    if (op !== 'Conv' || dims.length !== 1) return name;
    const shape = `${y}/shape`;
    initializers.set(
      shape,
      int64Tensor([-1, ...(initializers.get(weights)?.dims.slice(1) ?? []).map(() => 1)]),
    );
    return make('Reshape', [name, shape]);
  };
  const whole = asFloat(weights);
  const shifted = zeroPoint === '' ? whole : make('Sub', [whole, perChannel(asFloat(zeroPoint))]);
  return [...made, { ...node, op, inputs: [x, shifted] }];
}
