import { type Graph, type Node, output } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';
import { RUNTIME_DOMAIN } from '../runtime/younger.js';
import { Replacement } from './replacement.js';

/** Products on eight bits that ONNX Runtime joins with what makes floats of them, in the operators that ONNX has. */
export function standardProducts(graph: Graph): Graph {
  const nodes = graph.nodes.flatMap((node) => {
    const written = node.domain === RUNTIME_DOMAIN ? WRITTEN.get(node.op) : undefined;
    return written === undefined ? [node] : written(node);
  });
  return { ...graph, nodes };
}

const WRITTEN: ReadonlyMap<string, (node: Node) => readonly Node[]> = new Map([
  ['MatMulIntegerToFloat', integerToFloat],
  ['DynamicQuantizeMatMul', dynamicQuantize],
]);

/** A B in whole numbers, times both scales, + bias */
function integerToFloat(node: Node): readonly Node[] {
  const [a = '', b = '', scaleA = '', scaleB = '', ...others] = node.inputs;
  const [zeroA = '', zeroB = '', bias = ''] = others;
  const parts = new Replacement(node);
  const whole = parts.add('MatMulInteger', [a, b, zeroA, zeroB]);
  const product = parts.add('Cast', [whole], { to: { type: 'int', value: DataType.FLOAT } });
  const scales = parts.add('Mul', [scaleA, scaleB]);
  if (bias === '') return parts.end('Mul', [product, scales]);
  return parts.end('Add', [parts.add('Mul', [product, scales]), bias]);
}

/** The same of A that is rounded here. */
function dynamicQuantize(node: Node): readonly Node[] {
  const [a = '', b = '', scale = '', zero = '', bias = ''] = node.inputs;
  const outputs = ['rounded', 'scale', 'zero'].map((part) => `${output(node)}/${part}`);
  const [rounded = '', scaleA = '', zeroA = ''] = outputs;
  const rounding: Node = {
    ...node,
    ...{ name: `${node.name}/rounded`, op: 'DynamicQuantizeLinear', domain: '' },
    ...{ inputs: [a], outputs, attributes: new Map() },
  };
  return [rounding, ...integerToFloat({ ...node, inputs: [rounded, b, scaleA, scale, zeroA, zero, bias] })];
}
