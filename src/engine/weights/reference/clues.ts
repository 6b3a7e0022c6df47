import { isOfOneModule } from '../byName.js';
import { moduleOfNode } from '../constants.js';
import { leafOf, unwrapped } from '../names.js';
import { type Candidate, modulesOf } from './candidate.js';
import type { Place } from './place.js';

/** Tells whether something besides values speaks for a candidate; null where it says nothing of the place. */
type Clue = (place: Place, places: readonly Place[]) => ((candidate: Candidate) => boolean) | null;

/** Narrows the candidates that fit alike by what else is known, until nothing more follows. */
export function narrow(places: readonly Place[]): void {
  for (let isNarrowed = true; isNarrowed;) {
    isNarrowed = false;
    for (const place of places) {
      for (const clue of CLUES) {
        if (place.candidates.length < 2) break;
        const speaksFor = clue(place, places);
        const left = speaksFor === null ? [] : place.candidates.filter(speaksFor);
        if (left.length === 0 || left.length === place.candidates.length) continue;
        place.candidates = left;
        isNarrowed = true;
      }
    }
  }
}

/** Whether its name or the module of its node speaks for what stands at a place. */
export function isNamed(place: Place, candidate: Candidate): boolean {
  return [byName, byModule].some((clue) => clue(place, [])?.(candidate) === true);
}

/**
 * The name that the exporter kept, where only one module reads what has it: equal tensors are merged under one name, those of
 * the network itself too.
 */
const byName: Clue = ({ constant, reading }) => {
  const isOfNetwork = moduleOfNode(reading.node) === '';
  if (!isOfOneModule(constant) || (isOfNetwork && constant.readings.length > 1)) return null;
  const name = unwrapped(constant.name);
  return ({ weight }) => weight.names.includes(name);
};

/** The module that the node belongs to: a folded convolution, to that of the normalisation or to its own. */
const byModule: Clue = ({ reading: { node } }) => {
  const module = moduleOfNode(node);
  if (module === null) return null;
  const wanted = unwrapped(module);
  return (candidate) => modulesOf(candidate).includes(wanted);
};

/** What the operator takes there, by the name that PyTorch gives it in every module. */
const byRole: Clue = ({ reading: { node, input } }) => {
  const role = ROLES.get(node.op)?.[input - 1];
  return role === undefined ? null : ({ weight }) => weight.names.some((name) => leafOf(name) === role);
};

const ROLES: ReadonlyMap<string, readonly string[]> = new Map([
  ['BatchNormalization', ['weight', 'bias', 'running_mean', 'running_var']],
  ['LayerNormalization', ['weight', 'bias']],
  ['InstanceNormalization', ['weight', 'bias']],
  ['GroupNormalization', ['weight', 'bias']],
  ['Conv', ['weight', 'bias']],
  ['ConvTranspose', ['weight', 'bias']],
  ['Gemm', ['weight', 'bias']],
]);

/** The other tensors that the node reads are of the same module. */
const bySiblings: Clue = (place, places) => {
  const { node } = place.reading;
  const known = places.filter(({ reading, candidates }) => reading.node === node && candidates.length === 1);
  const modules = new Set(known.flatMap(({ candidates }) => candidates.flatMap(modulesOf)));
  if (modules.size === 0) return null;
  return (candidate) => modulesOf(candidate).some((module) => modules.has(module));
};

/** A symmetric matrix fits both ways: a linear layer's is transposed where the operator does not do so itself. */
const byOrder: Clue = ({ reading: { node } }) => {
  if (node.op !== 'MatMul' && node.op !== 'Gemm') return null;
  const isTransposed = node.op === 'MatMul';
  return (candidate) =>
    candidate.kind === 'copy' && candidate.order.some((axis, index) => axis !== index) === isTransposed;
};

const CLUES: readonly Clue[] = [byName, byModule, byRole, bySiblings, byOrder];
