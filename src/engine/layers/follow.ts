import { type Graph, input, type Node, type Shapes } from '../onnx/graph.js';
import { elementCount, integerValues } from '../onnx/tensor.js';
import { einsum, gemm, matrices } from './contracted.js';
import {
  concatenated,
  gathered,
  inOtherShape,
  padded,
  reduced,
  sliced,
  split,
  tiled,
  transposed,
} from './moved.js';
import { arranged, divided, isWholePicture, merged, type Places, reshaped } from './places.js';
import { count, type Rule, type Standing } from './standing.js';

/** The input of the picture, and where its rows and columns lie. */
export interface ImageAxes {
  readonly name: string;
  readonly layout: 'NCHW' | 'NHWC';
}

/** Where the tensors of a model stand that are computed of the picture. */
export interface Followed {
  readonly known: ReadonlyMap<string, Standing>;
  /** For every other one the operator that parts of the picture could not be followed through. */
  readonly lost: ReadonlyMap<string, Node>;
}

/** How it is told where tensors stand. */
export interface Following {
  /** Where a picture stands whose rows and columns lie along these axes of a tensor. */
  readonly cut: (shape: readonly number[], y: number, x: number) => Standing;
  readonly ruleOf: (node: Node) => Rule;
}

/**
 * Follows the parts of the picture from the image through a model: which of them each element of a tensor stands for.
 * Movement carries them exactly; what is computed of several parts stands for all of them together.
 */
export function followPlaces(graph: Graph, image: ImageAxes, shapes: Shapes): Followed {
  const pictures = new Map<string, Standing>();
  const cut: Following['cut'] = (shape, y, x) => {
    const [height, width] = [shape[y] ?? 1, shape[x] ?? 1];
    const key = [shape.length, y, x, height, width].join();
    const found = pictures.get(key) ?? [divided(shape.length, [y, x], [height, width])];
    pictures.set(key, found);
    return found;
  };
  return follow(graph, image, shapes, { cut, ruleOf: ({ op }) => RULES.get(op) ?? alike });
}

/** Follows what is said of the image's parts from operator to operator. */
export function follow(graph: Graph, image: ImageAxes, shapes: Shapes, { cut, ruleOf }: Following): Followed {
  const known = new Map<string, Standing>();
  const lost = new Map<string, Node>();
  const shapeOf = (name: string): readonly number[] | undefined =>
    shapes.get(name) ?? graph.initializers.get(name)?.dims;
  const imageShape = shapeOf(image.name) ?? [];
  const [y, x] = image.layout === 'NCHW' ? [2, 3] : [1, 2];
  if (imageShape.length === 4) known.set(image.name, cut(imageShape, y, x));
  for (const node of graph.nodes) {
    if (SIZES.has(node.op)) continue;
    if (!node.inputs.some((name) => known.has(name))) {
      const at = node.inputs.map((name) => lost.get(name)).find((found) => found !== undefined);
      if (at !== undefined) for (const output of node.outputs) lost.set(output, at);
      continue;
    }
    const operands = node.inputs.map((name) => ({
      shape: shapeOf(name) ?? [],
      standing: known.get(name) ?? [],
    }));
    for (const [index, output] of node.outputs.entries()) {
      const shape = shapeOf(output);
      if (shape === undefined || elementCount(shape) === 0) continue;
      const standing = ruleOf(node)({
        node,
        operands,
        shape,
        before: (axis) =>
          node.outputs.slice(0, index).reduce((sum, name) => sum + (shapeOf(name)?.[axis] ?? 0), 0),
        constant: (place) => {
          const tensor = graph.initializers.get(input(node, place));
          const values = tensor === undefined ? null : integerValues(tensor);
          return values === null ? null : { values, dims: tensor?.dims ?? [] };
        },
        picture: (rows, columns) => cut(shape, rows, columns),
      });
      if (standing.length > 0) known.set(output, standing);
      else lost.set(output, node);
    }
  }
  return { known, lost };
}

/** Elementwise operators and norms: as the operand that tells most parts apart. */
const alike: Rule = ({ operands, shape }) => {
  const fitting = operands.filter((operand) =>
    operand.shape.every(
      (size, axis) => size === 1 || size === shape[axis + shape.length - operand.shape.length],
    ),
  );
  const [first, ...others] = fitting;
  if (first === undefined) return [];
  const best = others.reduce((most, operand) => (count(operand) > count(most) ? operand : most), first);
  const added = shape.length - best.shape.length;
  if (added === 0) return best.standing;
  const axes = shape.map((_, axis) => (axis < added ? undefined : axis - added));
  return best.standing.map((places) => arranged(places, axes));
};

/**
 * Operators that look at several neighbours. What keeps the number of rows and columns keeps the places, but a part cut out
 * of the picture is from here on the picture; else the picture is cut anew, or within each of its windows neighbours are put
 * together.
 */
const windowed: Rule = ({ operands: [first], shape, picture }) => {
  const places = first?.standing[0];
  if (places === undefined) return shape.length === 4 && shape[0] === 1 ? picture(2, 3) : [];
  const isLast = isChannelsLast(places);
  const own = merged(places, [isLast ? 3 : 1]);
  const [y, x] = isLast ? [1, 2] : ([2, 3] as const);
  const isKept = [y, x].every((axis) => shape[axis] === first?.shape[axis]);
  if (isKept && !isCutOut(own, shape[y], shape[x])) return [own];
  if (shape.length !== 4) return [];
  return own.shape[0] === 1 ? picture(y, x) : together(own, first?.shape ?? [], shape);
};

function isChannelsLast({ shape: [, rows = 1, , channels] }: Places): boolean {
  return rows > 1 && channels === 1;
}

function isCutOut(places: Places, height = 1, width = 1): boolean {
  return places.shape[0] === 1 && !isWholePicture(places, height, width);
}

function together(places: Places, from: readonly number[], to: readonly number[]): Standing {
  const [windows = 1, channels = 1, height = 1, width = 1] = from;
  const [, , rows = 1, columns = 1] = to;
  if (height % rows !== 0 || width % columns !== 0) return [];
  const blocks = [windows, channels, rows, height / rows, columns, width / columns];
  const inBlocks = reshaped(places, from, blocks);
  return inBlocks === null ? [] : [arranged(merged(inBlocks, [3, 5]), [0, 1, 2, 4])];
}

const KINDS: readonly (readonly [readonly string[], Rule])[] = [
  [['Transpose'], transposed],
  [['Reshape', 'Flatten', 'Squeeze', 'Unsqueeze'], inOtherShape],
  [['Slice'], sliced],
  [['Gather'], gathered],
  [['Split'], split],
  [['Tile'], tiled],
  [['Concat'], concatenated],
  [['Pad'], padded],
  [['ReduceMean', 'ReduceSum', 'ReduceMax', 'ReduceMin', 'ReduceL1', 'ReduceL2', 'ReduceProd'], reduced],
  [['ReduceLogSum', 'ReduceLogSumExp', 'ReduceSumSquare'], reduced],
  [['Conv', 'ConvTranspose', 'MaxPool', 'AveragePool', 'LpPool', 'Resize'], windowed],
  [['GlobalMaxPool', 'GlobalAveragePool', 'GlobalLpPool', 'DepthToSpace', 'SpaceToDepth'], windowed],
  [['MatMul'], matrices],
  [['Gemm'], gemm],
  [['Einsum'], einsum],
];

/** What tells of a tensor's shape tells nothing of the picture. */
const SIZES = new Set(['Shape', 'Size']);

/** Operators that do more than keep every element in its place. */
const RULES = new Map(KINDS.flatMap(([ops, rule]) => ops.map((op) => [op, rule] as const)));
