import {
  isObject,
  type PickleDict,
  type PickleInstance,
  type PickleSequence,
  type PickleTensor,
  type PickleValue,
} from './pickle/values.js';

/** Weights found in a pickle: a state_dict, or a module as a whole. */
export interface PickledState {
  readonly entry: string | null;
  readonly tensors: ReadonlyMap<string, PickleTensor>;
}

/** Dictionaries of dictionaries are looked through this deep, as in `checkpoint['model']['state_dict']`. */
const MAX_DEPTH = 4;
/** No architecture nests its modules deeper. */
const MAX_MODULES = 64;

/** Names under which training programs keep the weights that they train, those that say so most plainly first. */
const TRAINED = ['state_dict', 'model_state_dict', 'model', 'module', 'net', 'network', 'weights', 'params'];
/** Averages of the weights: another state, taken where there is no other. */
const AVERAGED = /(^|_)ema($|_)|averaged|swa|teacher|momentum/i;
/** What training programs keep beside the weights. */
const OTHER = /optim|sched|scaler|criterion|loss|rng|args|config|hyper|callbacks|loops/i;

/** The states that a saved object holds, the trained weights first, averages of them last. */
export function statesOf(root: PickleValue): readonly PickledState[] {
  const nested = statesWithin(root, [], MAX_DEPTH);
  return nested.toSorted((a, b) => rankOf(a.entry) - rankOf(b.entry));
}

function statesWithin(value: PickleValue, path: readonly string[], depth: number): readonly PickledState[] {
  const entry = path.length === 0 ? null : path.join('.');
  const module = attributesOf(value);
  if (module !== null) {
    const tensors = new Map(tensorsOfModule(module, '', MAX_MODULES));
    return tensors.size > 0 ? [{ entry, tensors }] : [];
  }
  const entries = path.length === 0 ? [...entriesOf(value), ...placesIn(value)] : entriesOf(value);
  const inside =
    depth === 0
      ? []
      : entries.flatMap(([key, each]) =>
          OTHER.test(key) ? [] : statesWithin(each, [...path, key], depth - 1),
        );
  if (inside.some(({ entry: name }) => rankOf(name) !== UNNAMED)) return inside;
  const tensors = new Map(entries.flatMap(([key, each]) => (isTensor(each) ? [[key, each] as const] : [])));
  return tensors.size > 0 ? [{ entry, tensors }] : inside;
}

const UNNAMED = TRAINED.length;

/** Whether a state is an average of the weights that are trained, by what it is called. */
export function isAveraged(entry: string | null): boolean {
  return entry?.split('.').some((name) => AVERAGED.test(name)) ?? false;
}

function rankOf(entry: string | null): number {
  const names = entry?.split('.') ?? [];
  if (isAveraged(entry)) return UNNAMED + 1;
  const rank = TRAINED.indexOf(names[0] ?? '');
  return rank < 0 ? UNNAMED : rank;
}

type Attributes = ReadonlyMap<string, PickleValue>;

/** The attributes of a module, null for anything else. */
function attributesOf(value: PickleValue): Attributes | null {
  if (!isObject(value) || value.kind !== 'instance') return null;
  const attributes = new Map(entriesOf(value.state));
  return attributes.has('_parameters') && attributes.has('_modules') ? attributes : null;
}

/** What `state_dict()` of a module would list: parameters and the buffers that are saved, then those of its parts. */
function tensorsOfModule(
  attributes: Attributes,
  prefix: string,
  depth: number,
): readonly (readonly [string, PickleTensor])[] {
  const unsaved = new Set(sequenceOf(attributes.get('_non_persistent_buffers_set')));
  const own = ['_parameters', '_buffers'].flatMap((list) =>
    entriesOf(attributes.get(list)).flatMap(([name, value]) =>
      isTensor(value) && !unsaved.has(name) ? [[`${prefix}${name}`, value] as const] : [],
    ),
  );
  const parts = entriesOf(attributes.get('_modules')).flatMap(([name, value]) => {
    const part = depth === 0 ? null : attributesOf(value);
    return part === null ? [] : tensorsOfModule(part, `${prefix}${name}.`, depth - 1);
  });
  return [...own, ...parts];
}

/** The entries of a dict that have texts as keys. */
function entriesOf(value: PickleValue | undefined): readonly (readonly [string, PickleValue])[] {
  if (!isDict(value)) return [];
  return Array.from(value.entries).flatMap(([key, each]) =>
    typeof key === 'string' ? [[key, each] as const] : [],
  );
}

/** What a list or tuple of several dicts holds, as `(model.state_dict(), optimizer.state_dict())`. */
function placesIn(value: PickleValue): readonly (readonly [string, PickleValue])[] {
  return sequenceOf(value).flatMap((each, place) => (isDict(each) ? [[String(place), each] as const] : []));
}

function sequenceOf(value: PickleValue | undefined): PickleSequence['items'] {
  return isObject(value) && (value.kind === 'list' || value.kind === 'tuple') ? value.items : [];
}

function isDict(value: PickleValue | undefined): value is PickleDict | PickleInstance {
  return isObject(value) && (value.kind === 'dict' || value.kind === 'instance');
}

function isTensor(value: PickleValue): value is PickleTensor {
  return isObject(value) && value.kind === 'tensor';
}
