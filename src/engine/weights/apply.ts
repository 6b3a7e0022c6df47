import { fail } from '../failure.js';
import type { Graph, Node } from '../onnx/graph.js';
import { DataType, type Tensor } from '../onnx/tensor.js';
import { weightsOf } from './byName.js';
import type { Checkpoint, State, StoredTensor } from './checkpoint.js';
import { constantsOf } from './constants.js';
import { scaled, shifted } from './folding.js';
import { underPath } from './names.js';
import { normedOf } from './normed.js';
import { type Numbers, numbersOf, tensorOf, transposed } from './numbers.js';
import { keyOf, type Norm, type Part, type Recipe, type Source } from './recipe.js';

/**
 * A graph with the weights of a checkpoint in place of its own.
 * @param model the graph's file, for errors
 * @throws missingWeights, misshapenWeights, leftOutWeights naming the first tensor that does not fit; what reading it throws
 */
export function withWeights(graph: Graph, recipe: Recipe, checkpoint: Checkpoint, model: string): Graph {
  const constants = new Map(constantsOf(graph).map((constant) => [constant.name, constant]));
  const find = finder(recipe, checkpoint, model);
  const replaced = new Map<string, Tensor>();
  const redirected = new Map<string, string>();
  for (const [index, { constant: name, readings, source }] of recipe.steps.entries()) {
    const own = name !== null && readings === null ? name : `${name ?? 'bias'}/${index}`;
    const place = name === null ? placeOfBias(source) : constants.get(name)?.tensor;
    if (place === undefined) throw new Error(`the recipe is of another graph: ${own}`);
    replaced.set(own, made(source, place, find));
    for (const key of readings ?? []) redirected.set(`${name ?? ''} ${key}`, own);
  }
  return {
    ...graph,
    initializers: new Map([...graph.initializers, ...replaced]),
    nodes: graph.nodes
      // Constant and Identity nodes whose values are initialisers now.
      .filter(({ outputs }) => !outputs.some((name) => replaced.has(name)))
      .map((node) => withInputs(node, redirected)),
  };
}

function withInputs(node: Node, redirected: ReadonlyMap<string, string>): Node {
  if (redirected.size === 0) return node;
  const bias = redirected.get(` ${keyOf({ node, input: 2 })}`);
  const given = bias === undefined ? node.inputs : [...node.inputs.slice(0, 2), ''];
  const inputs = given.map((name, input) => redirected.get(`${name} ${keyOf({ node, input })}`) ?? name);
  return { ...node, inputs };
}

/** Whatever the file's types are, a graph is explained in float32. */
function placeOfBias(source: Source): Pick<Tensor, 'dataType' | 'dims'> {
  const dims = source.kind === 'shifted' ? source.norm.mean.dims : (partsOf(source)[0]?.dims ?? []);
  return { dataType: DataType.FLOAT, dims };
}

type Find = (part: Part) => StoredTensor;

/** The state of a checkpoint that a recipe is for: of several networks in it the first that has all tensors. */
export function stateFor(recipe: Recipe, { states }: Checkpoint): State {
  const [first] = states;
  if (first === undefined) throw new Error('a checkpoint has a state');
  const named = states.find(({ entry }) => entry === recipe.entry) ?? first;
  const isWhole = (state: State): boolean => {
    const tensors = tensorsFor(recipe, state);
    return namesOf(recipe).every((names) => names.some((name) => tensors.has(name)));
  };
  return [named, ...states.filter(({ within }) => within === named)].find(isWhole) ?? named;
}

/** The tensors of a state, what norms compute of them among these, by the names that a recipe has for them. */
function tensorsFor(recipe: Recipe, state: State): ReadonlyMap<string, StoredTensor> {
  const weights = weightsOf(state);
  const leftOut = recipe.leftOut.map(({ names }) => names);
  return underPath(new Map([...normedOf(weights), ...weights]), namesOf(recipe), leftOut);
}

function namesOf({ steps }: Recipe): readonly Part['names'][] {
  return steps.flatMap(({ source }) => partsOf(source)).map(({ names }) => names);
}

function finder(recipe: Recipe, checkpoint: Checkpoint, model: string): Find {
  const { file } = checkpoint;
  const parts = recipe.steps.flatMap(({ source }) => partsOf(source));
  const tensors = tensorsFor(recipe, stateFor(recipe, checkpoint));
  const find = ({ names, dims }: Part): StoredTensor => {
    const [tensor] = names;
    const found = names.flatMap((name) => tensors.get(name) ?? [])[0];
    if (found === undefined) throw fail('missingWeights', { tensor, file, model });
    if (found.dims.join() !== dims.join())
      throw fail('misshapenWeights', {
        tensor,
        file,
        model,
        shape: shape(found.dims),
        expected: shape(dims),
      });
    return found;
  };
  for (const part of parts) find(part);
  for (const { names, value } of recipe.leftOut) {
    const values = names.map((name) => tensors.get(name)).find((each) => each !== undefined);
    if (values !== undefined && numbersOf(values.read())?.some((each) => each !== value) === true)
      throw fail('leftOutWeights', { tensor: names[0], file, model });
  }
  return find;
}

function shape(dims: readonly number[]): string {
  return `[${dims.join(', ')}]`;
}

/** The tensors that a constant is made of. */
export function partsOf(source: Source): readonly Part[] {
  switch (source.kind) {
    case 'copy':
      return [source.tensor];
    case 'scaled':
      return [source.weight, ...partsOfNorm(source.norm)];
    case 'shifted':
      return [...(source.bias === null ? [] : [source.bias]), ...partsOfNorm(source.norm)];
  }
}

function partsOfNorm({ gamma, beta, mean, variance }: Norm<Part>): readonly Part[] {
  return [gamma, beta, mean, variance].filter((part) => part !== null);
}

function made(source: Source, { dataType, dims }: Pick<Tensor, 'dataType' | 'dims'>, find: Find): Tensor {
  const numbers = (part: Part): Numbers => numbersOf(find(part).read()) ?? new Float32Array();
  switch (source.kind) {
    case 'copy': {
      const stored = find(source.tensor);
      const isAsItIs = stored.dataType === dataType && source.order.every((axis, index) => axis === index);
      if (isAsItIs) return { dataType, dims, bytes: stored.read().bytes };
      return tensorOf(transposed(numbers(source.tensor), stored.dims, source.order), dataType, dims);
    }
    case 'scaled': {
      const values = scaled(numbers(source.weight), dims, source.axis, valuesOf(source.norm, numbers));
      return tensorOf(values, dataType, dims);
    }
    case 'shifted': {
      const bias = source.bias === null ? null : numbers(source.bias);
      return tensorOf(shifted(bias, valuesOf(source.norm, numbers)), dataType, dims);
    }
  }
}

/** The values of a normalisation. */
export function valuesOf(norm: Norm<Part>, numbers: (part: Part) => Numbers): Norm<Numbers> {
  const orNull = (part: Part | null): Numbers | null => (part === null ? null : numbers(part));
  return {
    gamma: orNull(norm.gamma),
    beta: orNull(norm.beta),
    mean: numbers(norm.mean),
    variance: numbers(norm.variance),
    epsilon: norm.epsilon,
  };
}
