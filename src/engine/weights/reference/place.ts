import type { Graph, Node } from '../../onnx/graph.js';
import { elementCount } from '../../onnx/tensor.js';
import { type Constant, constantsOf, type Reading } from '../constants.js';
import { bestOf, type Candidate } from './candidate.js';
import { tellNormed } from './normedWeights.js';
import { copiesOf } from './copies.js';
import { foldingAxis, foldsOf, hasBias } from './folds.js';
import { type Reference, sizeOf, type Weight } from './weight.js';

/** One reading of a constant, and what may stand there. */
export interface Place {
  readonly constant: Constant;
  readonly reading: Reading;
  /** Those that are left; narrowed as clues are found. */
  candidates: readonly Candidate[];
}

/** The places of a graph in the order of computation, each with what of the reference fits by its values. */
export function placesOf(graph: Graph, reference: Reference): readonly Place[] {
  const constants = constantsOf(graph);
  const bySize = new Map<number, Weight[]>();
  for (const weight of reference.weights) {
    const known = bySize.get(sizeOf(weight));
    if (known) known.push(weight);
    else bySize.set(sizeOf(weight), [weight]);
  }
  const found = constants.flatMap((constant) => {
    const copies = copiesOf(constant.tensor, bySize.get(elementCount(constant.tensor.dims)) ?? []);
    return constant.readings.map((reading): Place => ({ constant, reading, candidates: copies }));
  });
  const order = new Map(graph.nodes.map((node, index) => [node, index]));
  const placeIn = ({ reading: { node } }: Place): number => order.get(node) ?? 0;
  const places = found.toSorted((a, b) => placeIn(a) - placeIn(b) || a.reading.input - b.reading.input);
  const all = withFolds(places, reference);
  tellNormed(all);
  return all;
}

/** Adds what normalisations were folded into; a bias of such an operator is no place of its own. */
function withFolds(places: readonly Place[], reference: Reference): readonly Place[] {
  const byNode = new Map<Node, Place[]>();
  for (const place of places) {
    const known = byNode.get(place.reading.node);
    if (known) known.push(place);
    else byNode.set(place.reading.node, [place]);
  }
  const folded = new Set<Node>();
  for (const place of places) {
    const { node, input } = place.reading;
    const axis = input === 1 ? foldingAxis(node) : null;
    const isCopy = place.candidates.some(({ error }) => error === 0);
    const bias = byNode.get(node)?.find((other) => other.reading.input === 2);
    // A bias that is computed has nothing folded into it.
    if (axis !== null && !isCopy && (bias !== undefined || !hasBias(node))) {
      const folds = foldsOf(place.constant.tensor, bias?.constant.tensor ?? null, axis, reference);
      place.candidates = bestOf([...place.candidates, ...folds]);
      if (place.candidates.some(({ kind }) => kind === 'fold')) folded.add(node);
    } else place.candidates = bestOf(place.candidates);
  }
  return places.filter(({ reading: { node, input } }) => input !== 2 || !folded.has(node));
}
