import { EngineError, fail } from '../failure.js';
import { elementCount } from '../onnx/tensor.js';
import type { Checkpoint, State, StoredTensor } from './checkpoint.js';
import { type Constant, moduleOfNode } from './constants.js';
import { byUnwrapped, leafOf, underPath } from './names.js';
import { normedOf, transposedName } from './normed.js';
import { STORED_FLOATS } from './numbers.js';
import type { Recipe } from './recipe.js';

/**
 * The recipe that names give, where they serve: every tensor of the checkpoint but counters is found in the graph by
 * name and shape, the nodes of one module read it, and none is left over on either side. Weight norm and spectral norm may
 * be computed in the graph, or be left out of it since the exporter was given what they compute.
 * @param model the graph's file, for errors
 * @returns why names do not serve, else
 */
export function recipeByNames(
  constants: readonly Constant[],
  checkpoint: Checkpoint,
  model: string,
): Recipe | EngineError {
  const [first, ...others] = checkpoint.states;
  const found = recipeOfState(first, constants, checkpoint.file, model);
  if (!(found instanceof EngineError)) return found;
  const ofOne = others
    .filter(({ within }) => within === first)
    .map((state) => recipeOfState(state, constants, checkpoint.file, model));
  return ofOne.find((recipe) => !(recipe instanceof EngineError)) ?? found;
}

function recipeOfState(
  state: State | undefined,
  constants: readonly Constant[],
  file: string,
  model: string,
): Recipe | EngineError {
  const entry = state?.entry ?? null;
  const tensors = weightsOf(state);
  const asStored = recipeOf({ entry, tensors, normed: new Map() }, constants, file, model);
  const normed = normedOf(tensors);
  if (!(asStored instanceof EngineError) || normed.size === 0) return asStored;
  const parts = new Set(Array.from(normed.values()).flatMap(({ madeOf }) => madeOf));
  const others = Array.from(tensors).filter(([name]) => !parts.has(name));
  const second = new Set(Array.from(normed.keys(), transposedName));
  const computed = Array.from(normed).filter(([name]) => !second.has(name));
  const given = { entry, tensors: new Map([...others, ...computed]), normed };
  const asComputed = recipeOf(given, constants, file, model);
  return asComputed instanceof EngineError ? asStored : asComputed;
}

interface Given extends Pick<Recipe, 'entry'> {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** What norms compute, by both of their names where the shape does not tell along which axis the outputs lie. */
  readonly normed: ReadonlyMap<string, StoredTensor>;
}

function recipeOf(
  { entry, tensors, normed }: Given,
  constants: readonly Constant[],
  file: string,
  model: string,
): Recipe | EngineError {
  const named = underPath(
    byUnwrapped(constants.map((constant) => [constant.storedName, constant] as const)),
    Array.from(tensors.keys(), (name) => [name]),
  );
  for (const [tensor, { dims }] of tensors)
    if (named.get(tensor)?.tensor.dims.join() !== dims.join())
      return fail('strayWeights', { tensor, file, model });
  const replaced = new Set(Array.from(tensors.keys(), (name) => named.get(name)));
  for (const constant of constants) {
    const tensor = constant.name;
    const isReplaced = replaced.has(constant);
    // Single numbers belong to operators: an ε, a factor.
    if (!isReplaced && elementCount(constant.tensor.dims) > 1)
      return fail('strayConstant', { tensor, file, model });
    if (isReplaced && !isOfOneModule(constant)) return fail('sharedConstant', { tensor, file, model });
  }
  const steps = Array.from(tensors, ([tensor, { dims }]) => {
    const { name = tensor, readings = [] } = named.get(tensor) ?? {};
    const isTransposed = readings.some(({ node }) => node.op === 'ConvTranspose');
    const own = isTransposed && normed.has(transposedName(tensor)) ? transposedName(tensor) : tensor;
    const source = {
      kind: 'copy' as const,
      tensor: { names: [own] as const, dims },
      order: [...dims.keys()],
    };
    return { constant: name, readings: null, source };
  });
  return { entry, steps, leftOut: [] };
}

/** The tensors of a state that are trained, without counters and tables of indices, by names without wrappers. */
export function weightsOf(state: State | undefined): ReadonlyMap<string, StoredTensor> {
  const all = Array.from(state?.tensors ?? []);
  return byUnwrapped(
    all.filter(
      ([name, { dataType }]) => STORED_FLOATS.has(dataType) && leafOf(name) !== 'num_batches_tracked',
    ),
  );
}

/** Whether the nodes of one module read a constant, as far as the file tells. */
export function isOfOneModule({ readings: [first, ...others] }: Constant): boolean {
  if (first === undefined || others.length === 0) return true;
  const module = moduleOfNode(first.node);
  return module !== null && others.every(({ node }) => moduleOfNode(node) === module);
}
