import { type Graph, input, int, type Node } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';

/** The data of these is not their first input. */
const DATA = new Map([['Where', 1]]);

/**
 * Tensors computed in whole numbers, as pixels are before they become floats. Relevance and derivatives are floats.
 * @param graph whose inputs are floats
 */
export function wholeNumbers({ nodes, initializers }: Graph): ReadonlySet<string> {
  const whole = new Set<string>();
  const isWhole = (node: Node): boolean => {
    switch (node.op) {
      case 'Cast':
        return int(node, 'to', DataType.FLOAT) !== DataType.FLOAT;
      case 'DequantizeLinear':
        return false;
      default: {
        const data = input(node, DATA.get(node.op) ?? 0);
        const stored = initializers.get(data);
        return stored === undefined ? whole.has(data) : stored.dataType !== DataType.FLOAT;
      }
    }
  };
  for (const node of nodes) if (isWhole(node)) for (const name of node.outputs) whole.add(name);
  return whole;
}
