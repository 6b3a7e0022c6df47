import { fail } from '../failure.js';
import { type Graph, input, labelOf, type Node, output } from '../onnx/graph.js';
import { producers } from '../onnx/walk.js';
import { labelCount } from './classicalHeads.js';

/** What leaves each score as it is or scales all alike. */
const PASSING = new Set(['Identity', 'Cast', 'Normalizer', 'Reshape']);

/**
 * The graph without those outputs that are scores of pairs of classes: three classes have three pairs, which their names
 * would be wrong for.
 * @throws pairScores where there are no others
 */
export function withoutPairs(graph: Graph, file: string): Graph {
  const producer = producers(graph);
  const pairing = (tensor: string): Node | null => {
    const node = producer.get(tensor);
    if (node === undefined) return null;
    if (PASSING.has(node.op)) return pairing(input(node, 0));
    return isOfPairs(node) && output(node, 1) === tensor ? node : null;
  };
  const outputs = graph.outputs.filter(({ name }) => pairing(name) === null);
  const [first] = graph.outputs;
  const node = first && outputs.length === 0 ? pairing(first.name) : null;
  if (node !== null) throw fail('pairScores', { file, node: labelOf(node), count: labelCount(node) });
  return { ...graph, outputs };
}

/** Support vectors without Platt's probabilities decide between every two classes. */
function isOfPairs(node: Node): boolean {
  const isGiven = (name: string): boolean => {
    const attribute = node.attributes.get(name);
    return attribute?.type === 'floats' && attribute.value.length > 0;
  };
  return (
    node.op === 'SVMClassifier' && isGiven('support_vectors') && !isGiven('prob_a') && labelCount(node) > 2
  );
}
