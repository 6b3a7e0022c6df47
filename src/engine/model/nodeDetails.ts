import type { Attribute, Graph, Node } from '../onnx/graph.js';

/** The constants that a node reads, with their shapes, and its attributes; empty where it has neither. */
export function nodeDetails(
  { inputs, attributes }: Pick<Node, 'inputs' | 'attributes'>,
  { initializers }: Pick<Graph, 'initializers'>,
): string {
  const parameters = inputs.flatMap((name) => {
    const dims = initializers.get(name)?.dims;
    return dims === undefined ? [] : `${name} ${dims.length === 0 ? '1' : dims.join('×')}`;
  });
  const values = [...attributes].flatMap(([name, attribute]) => {
    const text = valueText(attribute);
    return text === null ? [] : `${name} ${text}`;
  });
  return [...parameters, ...values].join(' · ');
}

/** null for what is no value to be read in a line. */
function valueText(attribute: Attribute): string | null {
  switch (attribute.type) {
    case 'int':
    case 'float':
      return String(Number(attribute.value.toPrecision(6)));
    case 'string':
      return attribute.value;
    case 'ints':
    case 'floats':
    case 'strings':
      return attribute.value.join(', ');
    case 'tensor':
    case 'graph':
      return null;
  }
}
