import { GraphBuilder, type Value } from '../onnx/builder.js';
import { extend } from '../onnx/extend.js';
import type { Graph } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';
import { isWhole } from '../prepare/imageInput.js';
import { pictureShape, type ForwardModel } from './forward.js';

/**
 * Names of the masked graph's inputs: one picture or B of them, and the activations that mask them, float [B, h, w] of any
 * size.
 */
export const PICTURES = 'masked/pictures';
export const ACTIVATIONS = 'masked/activations';

export interface MaskedGraph {
  readonly graph: Graph;
  /** Name of the output of what the model puts out: float [B, …]. */
  readonly output: string;
  /** Name of the output of the logits, one a class: float [B, classes]. */
  readonly logits: string;
  /** Name of the output of the probabilities, 0 where an activation is constant: one a class. */
  readonly probabilities: string;
}

/**
 * Compiles the model behind masked pictures (Wang et al., Score-CAM, CVPR-W 2020, eq. 4 to 7): what it says of
 * x ⊙ norm(up(A_k)) for every activation A_k that it is fed. A constant activation masks nothing.
 * @param model its forward pass
 */
export function maskedGraph(model: Graph, scored: ForwardModel): MaskedGraph {
  const before = new GraphBuilder('masked/before/');
  const { masks, varies } = addMasks(before, scored);
  before.nodes.push({
    name: 'masked/picture',
    op: 'Identity',
    domain: '',
    inputs: [addMaskedPictures(before, scored, masks)],
    outputs: [scored.image.name],
    attributes: new Map(),
    modulePath: [],
  });
  const masked: Graph = {
    ...model,
    nodes: [...before.nodes, ...model.nodes],
    initializers: new Map([...model.initializers, ...before.initializers]),
  };
  const behind = new GraphBuilder('masked/behind/');
  const output = behind.reshape(scored.output, [0, -1]);
  const rows = behind.reshape(scored.logits, [-1, scored.logitCount]);
  const { logits, activated } = addClasses(behind, rows, scored);
  const probabilities = behind.mul(activated, varies);
  for (const name of [output, logits, probabilities]) behind.output(name, DataType.FLOAT);
  const inputs = [
    { name: PICTURES, dataType: DataType.FLOAT, shape: ['pictures', ...pictureShape(scored).slice(1)] },
    { name: ACTIVATIONS, dataType: DataType.FLOAT, shape: ['masks', 'height', 'width'] },
  ];
  return { graph: extend(masked, behind, inputs), output, logits, probabilities };
}

interface Masks {
  /** Activations, bilinear at the picture's size, from 0 to 1, a constant one 1: float [B, 1, H, W]. */
  readonly masks: Value;
  /** 1, or 0 for a constant activation: float [B, 1]. */
  readonly varies: Value;
}

function addMasks(builder: GraphBuilder, { size }: ForwardModel): Masks {
  const single = builder.op('Unsqueeze', [ACTIVATIONS, builder.ints([1])]);
  // Resize-18, half-pixel centres: PyTorch's align_corners=False.
  const enlarged = builder.op('Resize', [single, '', '', builder.ints([size.height, size.width])], {
    mode: { type: 'string', value: 'linear' },
    coordinate_transformation_mode: { type: 'string', value: 'half_pixel' },
    axes: { type: 'ints', value: [2, 3] },
  });
  const axes = builder.ints([1, 2, 3]);
  const lowest = builder.op('ReduceMin', [enlarged, axes]);
  const range = builder.sub(builder.op('ReduceMax', [enlarged, axes]), lowest);
  const isConstant = builder.op('Equal', [range, builder.float(0)]);
  const normalized = builder.div(builder.sub(enlarged, lowest), range);
  const masks = builder.op('Where', [isConstant, builder.float(1), normalized]);
  const varies = builder.op('Where', [isConstant, builder.float(0), builder.float(1)]);
  return { masks, varies: builder.reshape(varies, [-1, 1]) };
}

/** What the model takes: x ⊙ mask for every mask, in whole numbers where it takes such. */
function addMaskedPictures(builder: GraphBuilder, { image, size }: ForwardModel, masks: Value): Value {
  const inLayout = image.layout === 'NCHW' ? masks : builder.reshape(masks, [-1, size.height, size.width, 1]);
  const masked = builder.mul(PICTURES, inLayout);
  // Halves upwards, as everywhere else; Round-11 takes them to the even number.
  return isWhole(image) ? builder.op('Floor', [builder.add(masked, builder.float(0.5))]) : masked;
}

interface Classes {
  /** float [B, classes] */
  readonly logits: Value;
  /** Their probabilities: float [B, classes]; a class that is the negation of a logit excludes that one. */
  readonly activated: Value;
}

/** @param rows float [B, N] */
function addClasses(
  builder: GraphBuilder,
  rows: Value,
  { logitCount, classes, activation }: ForwardModel,
): Classes {
  const axis = { type: 'int', value: 1 } as const;
  const isOrdered = classes.every((row, index) => row === index) && classes.length === logitCount;
  const ofClasses = (values: Value): Value =>
    isOrdered ? values : builder.op('Gather', [values, builder.ints(classes)], { axis });
  const hasRows = classes.every((row) => row < logitCount);
  const all = hasRows ? rows : builder.op('Concat', [rows, builder.neg(rows)], { axis });
  const logits = ofClasses(all);
  if (activation === 'sigmoid' && logitCount > 1)
    return { logits, activated: builder.op('Sigmoid', [logits]) };
  const softmax = (values: Value): Value => builder.op('Softmax', [values], { axis });
  return { logits, activated: hasRows ? ofClasses(softmax(all)) : softmax(logits) };
}
