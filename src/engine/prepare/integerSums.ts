import { input, type Node } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';
import { Replacement } from './replacement.js';

/** What computes with several whole numbers … */
const COMPUTING = new Set(['Add', 'Sub', 'Mul', 'Max', 'Min', 'Sum', 'Clip', 'Concat']);
/** … or leaves those of its first operand as they are. */
const KEEPING = new Set([
  ...['Reshape', 'Transpose', 'Flatten', 'Squeeze', 'Unsqueeze', 'Identity', 'Slice', 'Gather', 'Split'],
  ...['Relu', 'ReduceSum', 'MaxPool'],
]);

/**
 * What computes with the results of products on eight bits, as adding a bias of whole numbers, in floats, now that these
 * products are.
 * @param products names of their results
 */
export function withFloatSums(nodes: readonly Node[], products: ReadonlySet<string>): readonly Node[] {
  const floats = new Set(products);
  return nodes.flatMap((node): readonly Node[] => {
    if (
      !floats.has(input(node, 0)) &&
      !(COMPUTING.has(node.op) && node.inputs.some((name) => floats.has(name)))
    )
      return [node];
    if (node.op === 'DequantizeLinear') return dequantised(node);
    if (!COMPUTING.has(node.op) && !KEEPING.has(node.op)) return [node];
    for (const name of node.outputs) floats.add(name);
    if (KEEPING.has(node.op)) return [node];
    const parts = new Replacement(node);
    const inputs = node.inputs.map((name) =>
      name === '' || floats.has(name)
        ? name
        : parts.add('Cast', [name], { to: { type: 'int', value: DataType.FLOAT } }),
    );
    return [...parts.nodes, { ...node, inputs }];
  });
}

/** (x − zero point) · scale, of whole numbers that are floats already and have one scale, or one for each column. */
export function dequantised(node: Node): readonly Node[] {
  const [x = '', scale = '', zeroPoint = ''] = node.inputs;
  const parts = new Replacement(node);
  if (zeroPoint === '') return parts.end('Mul', [x, scale]);
  const zero = parts.add('Cast', [zeroPoint], { to: { type: 'int', value: DataType.FLOAT } });
  return parts.end('Mul', [parts.add('Sub', [x, zero]), scale]);
}
