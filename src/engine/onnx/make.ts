import type { Attributes } from './builder.js';
import type { Node } from './graph.js';
import type { DataType } from './tensor.js';

/** A node of ai.onnx that has the name of what it computes. */
export function plainNode(
  op: string,
  inputs: readonly string[],
  output: string,
  attributes: Attributes = {},
): Node {
  return {
    ...{ name: output, op, domain: '', inputs, outputs: [output], modulePath: [] },
    attributes: new Map(Object.entries(attributes)),
  };
}

/** A Cast, whose name no constant of a file has that is written as a node. */
export function castNode(input: string, output: string, to: DataType): Node {
  return {
    ...plainNode('Cast', [input], output, { to: { type: 'int', value: to } }),
    name: `${output}/cast`,
  };
}
