import picomatch from 'picomatch';
import { fail } from '../engine/failure.js';
import type { LayerNode, ModelInfo } from '../protocol/model.js';
import { CommandError } from './messages.js';

type NamedLayers = Pick<ModelInfo, 'path' | 'layers' | 'tree'> & {
  readonly input: Pick<ModelInfo['input'], 'name'>;
};

/** A name that the user may call a layer by: its tensor, its path, or the path of a module that it stands for. */
interface Name {
  readonly name: string;
  readonly tensor: string;
}

/**
 * The tensors of the layers that the user asked for, in the order of computation; null for all of them.
 * The input's own name asks for its pixels.
 * @param wanted `all`, or names and globs separated by commas
 * @throws unknownLayer where a name or glob matches nothing, CommandError where there is none
 */
export function selectLayers(info: NamedLayers, wanted: string): readonly string[] | null {
  if (wanted === 'all') return null;
  const patterns = splitList(wanted);
  if (patterns.length === 0) throw new CommandError('--layers names no layer.');
  const names = namesOf(info);
  const chosen = new Set<string>();
  for (const pattern of patterns) {
    const found = matches(info.input.name, names, pattern);
    if (found.length === 0) throw fail('unknownLayer', { layer: pattern, file: info.path });
    for (const tensor of found) chosen.add(tensor);
  }
  return [info.input.name, ...info.layers.map(({ tensor }) => tensor)].filter((tensor) => chosen.has(tensor));
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
function matches(input: string, names: readonly Name[], pattern: string): readonly string[] {
  const exact = [...names, { name: input, tensor: input }].filter(({ name }) => name === pattern);
  const isMatch = picomatch(pattern, { dot: true });
  const found = exact.length > 0 ? exact : names.filter(({ name }) => isMatch(name));
  return found.map(({ tensor }) => tensor);
}

/** At the commas outside of braces. */
function splitList(list: string): string[] {
  return list
    .split(/,(?![^{}]*\})/)
    .map((name) => name.trim())
    .filter((name) => name !== '');
}
