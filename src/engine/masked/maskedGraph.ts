import { GraphBuilder, type Value } from '../onnx/builder.js';
import { extend } from '../onnx/extend.js';
import type { Graph } from '../onnx/graph.js';
import { DataType } from '../onnx/tensor.js';
import { isWhole } from '../prepare/imageInput.js';
import { pictureShape, type ForwardModel } from './forward.js';

/** Names of the masked graph's inputs: one picture, and the activations that mask it, float [B, h, w] of any size. */
export const PICTURE = 'score-cam/picture';
export const ACTIVATIONS = 'score-cam/activations';

export interface MaskedGraph {
  readonly graph: Graph;
  /** Name of the output of the logits: float [B, N]. */
  readonly logits: string;
  /** Name of the output of the probabilities, 0 where an activation is constant: one a class. */
  readonly probabilities: string;
}

/**
 * Compiles the model behind a masked picture (Wang et al., Score-CAM, CVPR-W 2020, eq. 4 to 7):
 * softmax(z(x ⊙ norm(up(A_k)))) for every activation A_k that it is fed.
 * @param model its forward pass
 */
export function maskedGraph(model: Graph, scored: ForwardModel): MaskedGraph {
  const before = new GraphBuilder('score-cam/before/');
  const { masks, varies } = addMasks(before, scored);
  before.nodes.push({
    name: 'score-cam/masked',
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
  const behind = new GraphBuilder('score-cam/behind/');
  const logits = behind.reshape(scored.logits, [-1, scored.logitCount]);
  const probabilities = behind.mul(probabilitiesOf(behind, logits, scored), varies);
  behind.output(logits, DataType.FLOAT);
  behind.output(probabilities, DataType.FLOAT);
  const inputs = [
    { name: PICTURE, dataType: DataType.FLOAT, shape: pictureShape(scored) },
    { name: ACTIVATIONS, dataType: DataType.FLOAT, shape: ['masks', 'height', 'width'] },
  ];
  return { graph: extend(masked, behind, inputs), logits, probabilities };
}

interface Masks {
  /** Activations, bilinear at the picture's size, from 0 to 1: float [B, 1, H, W]. */
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
  const divisor = builder.op('Where', [isConstant, builder.float(1), range]);
  const varies = builder.op('Where', [isConstant, builder.float(0), builder.float(1)]);
  return {
    masks: builder.div(builder.sub(enlarged, lowest), divisor),
    varies: builder.reshape(varies, [-1, 1]),
  };
}

/** What the model takes: x ⊙ mask for every mask, in whole numbers where it takes such. */
function addMaskedPictures(builder: GraphBuilder, { image, size }: ForwardModel, masks: Value): Value {
  const inLayout = image.layout === 'NCHW' ? masks : builder.reshape(masks, [-1, size.height, size.width, 1]);
  const masked = builder.mul(PICTURE, inLayout);
  // Halves upwards, as everywhere else; Round-11 takes them to the even number.
  return isWhole(image) ? builder.op('Floor', [builder.add(masked, builder.float(0.5))]) : masked;
}

/** float [B, N] of the logits → one a class; a class that is the negation of a logit excludes that one. */
function probabilitiesOf(
  builder: GraphBuilder,
  logits: Value,
  { logitCount, classes, activation }: ForwardModel,
): Value {
  const axis = { type: 'int', value: 1 } as const;
  const isOrdered = classes.every((row, index) => row === index) && classes.length === logitCount;
  const ofClasses = (rows: Value): Value =>
    isOrdered ? rows : builder.op('Gather', [rows, builder.ints(classes)], { axis });
  const hasRows = classes.every((row) => row < logitCount);
  const all = hasRows ? logits : builder.op('Concat', [logits, builder.neg(logits)], { axis });
  if (activation === 'sigmoid' && logitCount > 1) return builder.op('Sigmoid', [ofClasses(all)]);
  return hasRows
    ? ofClasses(builder.op('Softmax', [all], { axis }))
    : builder.op('Softmax', [ofClasses(all)], { axis });
}
