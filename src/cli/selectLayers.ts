import picomatch from 'picomatch';
import { fail } from '../engine/failure.js';
import type { LayerInfo, LayerNode, ModelInfo } from '../protocol/model.js';
import { blockerText, CommandError } from './messages.js';

type NamedLayers = Pick<ModelInfo, 'path' | 'layers' | 'tree'>;

/** A name that the user may call a feature map by: its tensor, its path, or the path of a module that it stands for. */
interface Name {
  readonly name: string;
  readonly tensor: string;
}

/**
 * The tensors of the layers that the user asked for, in the order of computation; null for all that can be explained.
 * Globs pass over layers that cannot be explained.
 * @param wanted `all`, or names and globs separated by commas
 * @throws unknownLayer where a name or glob matches nothing, blockedLayer or CommandError where all that it matches is blocked
 */
export function selectLayers(info: NamedLayers, wanted: string): readonly string[] | null {
  if (wanted === 'all') return null;
  const patterns = splitList(wanted);
  if (patterns.length === 0) throw new CommandError('--layers names no layer.');
  const names = namesOf(info);
  const chosen = new Set(patterns.flatMap((pattern) => explainable(info, pattern, matches(names, pattern))));
  return info.layers.map(({ tensor }) => tensor).filter((tensor) => chosen.has(tensor));
}

function namesOf({ layers, tree }: NamedLayers): Name[] {
  return [
    ...layers.flatMap(({ tensor, path }) => [
      { name: tensor, tensor },
      { name: path, tensor },
    ]),
    ...modules(tree),
  ];
}

function modules(nodes: readonly LayerNode[]): Name[] {
  return nodes.flatMap(({ path, tensor, children }) => [{ name: path, tensor }, ...modules(children)]);
}

/** A name as it stands comes before a glob: tensors may have brackets and stars in their names. */
function matches(names: readonly Name[], pattern: string): readonly string[] {
  const exact = names.filter(({ name }) => name === pattern);
  const isMatch = picomatch(pattern, { dot: true });
  const found = exact.length > 0 ? exact : names.filter(({ name }) => isMatch(name));
  return found.map(({ tensor }) => tensor);
}

function explainable(
  { layers, path }: NamedLayers,
  pattern: string,
  tensors: readonly string[],
): readonly string[] {
  const found = layers.filter(({ tensor }) => tensors.includes(tensor));
  const free = found.filter(({ blockedBy }) => blockedBy === null);
  const [first] = found;
  if (!first) throw fail('unknownLayer', { layer: pattern, file: path });
  if (free.length === 0) throw blocked(first);
  return free.map(({ tensor }) => tensor);
}

function blocked({ path, blockedBy }: LayerInfo): Error {
  if (blockedBy?.reason === 'takesNothing') {
    return new CommandError(`${path} cannot be explained: ${blockerText(blockedBy)}.`);
  }
  return fail('blockedLayer', { layer: path, op: blockedBy?.op ?? '', node: blockedBy?.node ?? '' });
}

/** At the commas outside of braces. */
function splitList(list: string): string[] {
  return list
    .split(/,(?![^{}]*\})/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
