import { fail } from '../failure.js';
import { type Graph, int, ints, type Node, type ValueInfo } from '../onnx/graph.js';
import { DataType, dataTypeName } from '../onnx/tensor.js';
import { consumers } from '../onnx/walk.js';
import { type FlatInput, shapeOfBare, shapeOfFlat, shapeOfSingle } from './flatInput.js';
import { type InputValues, type OtherInput, otherInputs } from './otherInputs.js';

/** The input that the picture goes into. */
export interface ImageInput {
  readonly name: string;
  readonly layout: 'NCHW' | 'NHWC';
  readonly channels: 1 | 3;
  /** null where the model takes any. */
  readonly height: number | null;
  readonly width: number | null;
  readonly dataType: DataType;
  /** How many pictures the file takes at a time; 1 where it takes any number. */
  readonly batch: number;
  /** The input's own shape, for any number of pictures −1 in front, or `single`, where it is none of those above; else null. */
  readonly flat: FlatInput['own'] | null;
  /** What every other input is fed. */
  readonly others: ReadonlyMap<string, OtherInput>;
}

/** Where the user chose among the inputs, or says what to feed to the others. */
export interface InputChoice {
  readonly input: string | null;
  readonly inputs: InputValues;
}

const NO_CHOICE: InputChoice = { input: null, inputs: {} };

/**
 * Finds the image input of a model: a tensor (N, C, H, W) or (N, H, W, C) of floats or whole numbers with one or three
 * channels, or one without N, or that the model itself brings into such a shape. Where the file leaves their number open, as Hugging
 * Face's exports do, the first convolution tells. Where there is none, a square of greys or three of colours without
 * their axes is taken for one, unless the user says its values.
 * @param choice the user's where there are several; otherwise the first is taken, and the others are fed zeros
 * @throws noInputs; noImageInput saying what the model takes instead; badSetting where the chosen input is no image or
 * values do not fit an input
 */
export function findImageInput(graph: Graph, file: string, choice = NO_CHOICE): ImageInput {
  const { input: chosen } = choice;
  const images = graph.inputs.flatMap((info) => asImage(info, graph) ?? []);
  const bare = graph.inputs.flatMap((info) => (info.name in choice.inputs ? [] : (asBare(info) ?? [])));
  // A table beside a picture may have its form without the batch.
  const first = images.find(({ flat }) => flat !== 'single') ?? images[0] ?? bare[0];
  const image = chosen === null ? first : [...images, ...bare].find(({ name }) => name === chosen);
  if (image !== undefined) return { ...image, others: otherInputs(graph, image.name, choice.inputs, file) };
  const inputs = graph.inputs.map(describe).join('; ');
  if (chosen !== null && graph.inputs.length > 0) {
    const reason = `the model's inputs are ${inputs}`;
    throw fail('badSetting', { setting: 'input', file, reason });
  }
  throw inputs === '' ? fail('noInputs', { file }) : fail('noImageInput', { file, inputs });
}

/** (1, C, H, W) or (1, H, W, C) */
export function inputShape(
  { layout, channels }: ImageInput,
  height: number,
  width: number,
): readonly number[] {
  return layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels];
}

const FLOATS: ReadonlySet<DataType> = new Set([DataType.FLOAT, DataType.FLOAT16, DataType.DOUBLE]);
const WHOLE: ReadonlySet<DataType> = new Set([
  ...[DataType.UINT8, DataType.INT8, DataType.UINT16, DataType.INT16],
  ...[DataType.INT32, DataType.INT64, DataType.UINT32, DataType.UINT64],
]);

/** Whether the input takes pixels as whole numbers. */
export function isWhole({ dataType }: Pick<ImageInput, 'dataType'>): boolean {
  return WHOLE.has(dataType);
}

type Picture = Omit<ImageInput, 'others'>;

function asImage(info: ValueInfo, graph: Graph): Picture | null {
  const { name, shape, dataType } = info;
  if (shape === null || shape.length === 4) return inShape(info, null, graph);
  const flat = shapeOfFlat(name, shape, graph) ?? shapeOfSingle(shape, dataType === DataType.UINT8);
  return flat && inShape(info, flat, graph);
}

/** Rows of 32 and 64 bits are numbers of words or colours. */
function asBare(info: ValueInfo): Picture | null {
  const isOfPixels = FLOATS.has(info.dataType) || info.dataType === DataType.UINT8;
  const flat = isOfPixels && info.shape ? shapeOfBare(info.shape) : null;
  return flat && inShape(info, flat, null);
}

/** @param graph in which a convolution may tell the number of channels; null where there is none to ask */
function inShape(
  { name, dataType, shape }: ValueInfo,
  flat: FlatInput | null,
  graph: Graph | null,
): Picture | null {
  if (shape === null || !(FLOATS.has(dataType) || WHOLE.has(dataType))) return null;
  const sizes = (flat?.picture ?? shape).map(size);
  if (sizes.length !== 4) return null;
  const form = formOf(sizes) ?? (graph && formOfFirstConvolution(name, graph));
  const picture = form && pictureOf(sizes, form);
  return picture && { name, dataType, batch: sizes[0] ?? 1, flat: flat?.own ?? null, ...picture };
}

/** @returns null where the file declares another number of channels */
function pictureOf(
  [, second = null, third = null, fourth = null]: readonly (number | null)[],
  form: Form,
): (Form & Pick<Picture, 'height' | 'width'>) | null {
  const [channels, height, width] =
    form.layout === 'NCHW' ? [second, third, fourth] : [fourth, second, third];
  return channels === null || channels === form.channels ? { ...form, height, width } : null;
}

function size(dim: number | string | null): number | null {
  return typeof dim === 'number' && dim > 0 ? dim : null;
}

type Form = Pick<ImageInput, 'layout' | 'channels'>;

function formOf([, second = null, , fourth = null]: readonly (number | null)[]): Form | null {
  if (second === 1 || second === 3) return { layout: 'NCHW', channels: second };
  return fourth === 1 || fourth === 3 ? { layout: 'NHWC', channels: fourth } : null;
}

const NORMALISING = new Set(['Sub', 'Add', 'Div', 'Mul', 'Cast', 'Transpose', 'Identity']);

/** What a picture passes on its way to the first convolution. */
const BEFORE_CONVOLUTION = new Set([
  ...NORMALISING,
  ...['Pad', 'Resize', 'QuantizeLinear', 'DequantizeLinear', 'DynamicQuantizeLinear'],
]);
const CONVOLUTIONS = new Set(['Conv', 'ConvInteger']);

function formOfFirstConvolution(input: string, graph: Graph): Form | null {
  const readers = consumers(graph);
  const reached: { readonly name: string; readonly layout: ImageInput['layout'] }[] = [
    { name: input, layout: 'NCHW' },
  ];
  for (const { name, layout } of reached)
    for (const node of readers.get(name) ?? []) {
      const [output = ''] = node.outputs;
      if (CONVOLUTIONS.has(node.op)) {
        const channels = convolvedChannels(node, graph);
        return channels === 1 || channels === 3 ? { layout, channels } : null;
      }
      if (isToChannelsFirst(node)) reached.push({ name: output, layout: 'NHWC' });
      else if (BEFORE_CONVOLUTION.has(node.op)) reached.push({ name: output, layout });
    }
  return null;
}

function isToChannelsFirst(node: Node): boolean {
  return node.op === 'Transpose' && ints(node, 'perm')?.join() === '0,3,1,2';
}

/** Channels that a Conv takes, by its weights [M, C/group, …], which may come out of an Identity, Cast or DequantizeLinear. */
function convolvedChannels(node: Node, { initializers, nodes }: Graph): number {
  const weights = node.inputs[1] ?? '';
  const origin = nodes.find(({ outputs }) => outputs.includes(weights))?.inputs[0] ?? weights;
  return (initializers.get(origin)?.dims[1] ?? 0) * int(node, 'group', 1);
}

function describe({ name, dataType, shape }: ValueInfo): string {
  const type = dataTypeName(dataType);
  const dims = shape?.map((dim) => dim ?? '?').join(' × ') ?? 'of unknown rank';
  return `${name} (${type} ${dims})`;
}
