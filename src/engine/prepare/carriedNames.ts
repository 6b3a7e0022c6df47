import { type Attribute, type Graph, input, type Node } from '../onnx/graph.js';
import { integerValues } from '../onnx/tensor.js';
import { producers, readBy } from '../onnx/walk.js';
import { constantOf } from './constants.js';
import { CLASSIFIERS } from './scores.js';

type Names = readonly string[];

/**
 * The class names that a file's own operators carry: those that name the best class or make a map of the scores.
 * @param graph the whole file
 * @param scores the tensor of one value per class
 * @returns every list of names, of whatever length
 */
export function carriedNames(graph: Graph, scores: string): readonly Names[] {
  const producer = producers(graph);
  const classifier = classifierOf(producer, scores);
  const ofScores = new Set(classifier === null ? [scores] : [scores, ...classifier.outputs]);
  const lists: Names[] = [];
  for (const node of graph.nodes) {
    if (!readBy(node).some((name) => ofScores.has(name))) continue;
    for (const name of node.outputs) ofScores.add(name);
    const names = namesOf(node, graph, classifier);
    if (names !== null) lists.push(names);
  }
  const own = classifier === null ? null : listed(classifier);
  const putOut = graph.outputs.flatMap(({ name }) => [constantOf(graph, name)?.strings ?? []]);
  return [...lists, ...(own === null ? [] : [own]), ...putOut];
}

/** The classical classifier that the scores come out of, be they normalised behind it. */
function classifierOf(producer: ReadonlyMap<string, Node>, scores: string): Node | null {
  const node = producer.get(scores);
  if (node === undefined) return null;
  if (CLASSIFIERS.has(node.op)) return node;
  return BETWEEN.has(node.op) ? classifierOf(producer, input(node, 0)) : null;
}

const BETWEEN = new Set(['Normalizer', 'Identity', 'Cast', 'Reshape']);

/** The names that a node behind the scores gives them; null where it gives none. */
function namesOf(node: Node, graph: Graph, classifier: Node | null): Names | null {
  switch (node.op) {
    case 'ZipMap':
      return listed(node);
    case 'ArrayFeatureExtractor':
    case 'Gather':
      return constantNames(graph, input(node, 0));
    case 'LabelEncoder':
    case 'CategoryMapper':
      return encoded(node, classifier);
    default:
      return null;
  }
}

/** Names, or numbers that are not just the places. */
function listed(node: Node): Names | null {
  for (const key of ['classlabels_strings', 'classlabels_int64s', 'classlabels_ints']) {
    const labels = node.attributes.get(key);
    if (labels?.type === 'strings' && labels.value.length > 0) return labels.value;
    if (labels?.type === 'ints' && labels.value.length > 0) return numbers(labels.value);
  }
  return null;
}

function numbers(values: readonly number[]): Names | null {
  return values.every((value, place) => value === place) ? null : values.map(String);
}

function constantNames(graph: Graph, tensor: string): Names | null {
  const constant = constantOf(graph, tensor);
  return constant && (constant.strings ?? numbers(integerValues(constant) ?? []));
}

/** The texts that a LabelEncoder or CategoryMapper has for the classes' numbers. */
function encoded(node: Node, classifier: Node | null): Names | null {
  const given = (...names: readonly string[]): Attribute | undefined =>
    names.map((name) => node.attributes.get(name)).find((attribute) => attribute !== undefined);
  const texts = textsOf(given('values_strings', 'values_tensor', 'cats_strings', 'classes_strings'));
  const keys = wholeNumbers(given('keys_int64s', 'keys_tensor', 'cats_int64s'));
  // The LabelEncoder of ai.onnx.ml 1 has texts in the order of their numbers.
  if (texts === null || keys === null) return node.attributes.has('classes_strings') ? texts : null;
  const labels = classifier?.attributes.get('classlabels_ints');
  const classes = labels?.type === 'ints' ? labels.value : Array.from(keys, (_, place) => place);
  const names = classes.map((label) => texts[keys.indexOf(label)]);
  return names.every((name) => name !== undefined) ? names : null;
}

/** A list, which since ai.onnx.ml 4 may stand in a tensor. */
function wholeNumbers(attribute: Attribute | undefined): readonly number[] | null {
  if (attribute?.type === 'tensor') return integerValues(attribute.value);
  return attribute?.type === 'ints' ? attribute.value : null;
}

function textsOf(attribute: Attribute | undefined): Names | null {
  if (attribute?.type === 'tensor') return attribute.value.strings ?? null;
  return attribute?.type === 'strings' ? attribute.value : null;
}
