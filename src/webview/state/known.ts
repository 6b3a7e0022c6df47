import type { Explanation, LayerExplanation } from '../../protocol/explanation.js';
import { METHOD_FACTS, type MethodId } from '../../protocol/methods.js';
import type { Blocker } from '../../protocol/model.js';
import type { NeedPart } from '../../protocol/panel.js';
import { isSamePart, type SanityCheck, type SanityPart } from '../../protocol/sanity.js';

/** Of so many pairs of a method and a class the layers are kept; the pair heard of longest ago goes first. */
const MAX_PAIRS = 64;

export interface KnownLayer {
  readonly layer: LayerExplanation;
  /** Made of this part of the method's passes, 0 … 1; null where its values are final. */
  readonly partial: number | null;
}

/** All that the page has been told of one picture with one model. */
export interface Known {
  /** By method and class, then by tensor. */
  readonly pairs: ReadonlyMap<string, ReadonlyMap<string, KnownLayer>>;
  /** By method and tensor. */
  readonly blocked: ReadonlyMap<string, Blocker>;
  /** One for each map that was checked. */
  readonly checks: readonly SanityCheck[];
}

export const NOTHING_KNOWN: Known = { pairs: new Map(), blocked: new Map(), checks: [] };

export function knownLayer(
  { pairs }: Known,
  method: MethodId,
  target: number,
  tensor: string,
): KnownLayer | null {
  return pairs.get(keyOf(method, target))?.get(tensor) ?? null;
}

/** Whether a layer's final values are known for some class. */
export function isKnownOfSome({ pairs }: Known, method: MethodId, tensor: string): boolean {
  const ofMethod = [...pairs].filter(([pair]) => pair.startsWith(keyOf(method, '')));
  return ofMethod.some(([, layers]) => layers.get(tensor)?.partial === null);
}

export function knownBlocker({ blocked }: Known, method: MethodId, tensor: string): Blocker | null {
  return blocked.get(keyOf(method, tensor)) ?? null;
}

export function knownCheck({ checks }: Known, part: SanityPart): SanityCheck | null {
  return checks.find((check) => isSamePart(check, part)) ?? null;
}

/** What is known with what a check has come to. */
export function learnCheck(known: Known, check: SanityCheck): Known {
  return { ...known, checks: [...known.checks.filter((other) => !isSamePart(other, check)), check] };
}

/** What is known with these explanations added. */
export function learn(
  known: Known,
  explanations: readonly Explanation[],
  partial: KnownLayer['partial'],
): Known {
  const pairs = new Map(known.pairs);
  const blocked = new Map(known.blocked);
  for (const { method, target, layers, blocked: without } of explanations) {
    const pair = keyOf(method, target.index);
    const byTensor = new Map(pairs.get(pair));
    for (const layer of layers) {
      const before = byTensor.get(layer.tensor);
      if (!before || !saysMore(before, layer)) byTensor.set(layer.tensor, { layer, partial });
    }
    // Last in the order of the map: heard of just now.
    pairs.delete(pair);
    pairs.set(pair, byTensor);
    for (const { tensor, blockedBy } of without) blocked.set(keyOf(method, tensor), blockedBy);
  }
  for (const pair of [...pairs.keys()].slice(0, -MAX_PAIRS)) pairs.delete(pair);
  return { ...known, pairs, blocked };
}

/** The parts of what is wanted that are not known yet. */
export function missingParts(known: Known, wanted: readonly NeedPart[]): readonly NeedPart[] {
  return wanted.flatMap((part) => {
    const missing = part.methods.flatMap((method) => {
      const lacking = (target: number): readonly string[] =>
        part.layers.filter((tensor) => !isKnown(known, part, method, target, tensor));
      return part.targets.map((target) => ({ method, target, layers: lacking(target) }));
    });
    return asProducts(missing.filter(({ layers }) => layers.length > 0)).map((product) => ({
      ...part,
      ...product,
    }));
  });
}

function isKnown(known: Known, part: NeedPart, method: MethodId, target: number, tensor: string): boolean {
  if (knownBlocker(known, method, tensor)) return true;
  const found = knownLayer(known, method, target, tensor);
  if (found?.partial !== null) return false;
  const { weights, top, channels } = found.layer;
  const carries = part.carried && METHOD_FACTS[method].carries !== 'nothing';
  if ((weights || carries) && top.length < Math.min(part.top, channels)) return false;
  return !carries || top.every(({ carried }) => carried !== null);
}

/** Whether what was known before holds channels, or what was carried to them, that the new layer lacks. */
function saysMore(before: KnownLayer, { top }: LayerExplanation): boolean {
  if (before.partial !== null) return false;
  const carried = before.layer.top.some((channel) => channel.carried !== null);
  return (
    before.layer.top.length > top.length || (carried && top.every((channel) => channel.carried === null))
  );
}

interface Missing {
  readonly method: MethodId;
  readonly target: number;
  readonly layers: readonly string[];
}

type Product = Pick<NeedPart, 'methods' | 'targets' | 'layers'>;

/** The same in as few products of methods, classes and layers as share their layers, then their classes. */
function asProducts(missing: readonly Missing[]): readonly Product[] {
  const ofMethod = group(missing, ({ method, layers }) => [method, layers]).map(([first, ...more]) => ({
    ...first,
    targets: [first, ...more].map(({ target }) => target),
  }));
  return group(ofMethod, ({ targets, layers }) => [targets, layers]).map(([first, ...more]) => ({
    methods: [first, ...more].map(({ method }) => method),
    targets: first.targets,
    layers: first.layers,
  }));
}

function group<T>(items: readonly T[], by: (item: T) => unknown): readonly (readonly [T, ...T[]])[] {
  const groups = new Map<string, [T, ...T[]]>();
  for (const item of items) {
    const key = JSON.stringify(by(item));
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}

function keyOf(method: MethodId, of: number | string): string {
  return `${method} ${of}`;
}
