import { fail } from '../failure.js';
import { type Graph, int, ints, type Node, type ValueInfo } from '../onnx/graph.js';
import { byteLength, DataType, dataTypeName, floatValues, type Tensor } from '../onnx/tensor.js';
import { consumers } from '../onnx/walk.js';

/** The input that the picture goes into. */
export interface ImageInput {
  readonly name: string;
  readonly layout: 'NCHW' | 'NHWC';
  readonly channels: 1 | 3;
  /** null where the model takes any. */
  readonly height: number | null;
  readonly width: number | null;
  /** Whether it takes whole pixels (uint8) instead of floats. */
  readonly isBytes: boolean;
}

/**
 * Finds the image input of a model: a tensor (N, C, H, W) or (N, H, W, C) of floats or bytes with one or three channels.
 * Where the file leaves their number open, as Hugging Face's exports do, the first convolution tells.
 * @param chosen the user's choice where there are several; otherwise the first is taken
 * @throws noInputs; noImageInput saying what the model takes instead; badSetting where the chosen input is no image
 */
export function findImageInput(graph: Graph, file: string, chosen: string | null = null): ImageInput {
  const images = graph.inputs.flatMap((info) => asImage(info, graph) ?? []);
  const image = chosen === null ? images[0] : images.find(({ name }) => name === chosen);
  if (image !== undefined) return image;
  const inputs = graph.inputs.map(describe).join('; ');
  if (chosen !== null && graph.inputs.length > 0) {
    const reason = `the model's inputs are ${inputs}`;
    throw fail('badSetting', { setting: 'input', file, reason });
  }
  throw inputs === '' ? fail('noInputs', { file }) : fail('noImageInput', { file, inputs });
}

/** The graph with its image input fixed to one picture of this size, and every other input to zeros. */
export function fixInput(graph: Graph, image: ImageInput, height: number, width: number): Graph {
  const shape = inputShape(image, height, width);
  const others = graph.inputs.filter(({ name }) => name !== image.name);
  return {
    ...graph,
    inputs: graph.inputs.flatMap((info) => (info.name === image.name ? [{ ...info, shape }] : [])),
    initializers: new Map([
      ...graph.initializers,
      ...others.map((info): [string, Tensor] => [info.name, zeros(info)]),
    ]),
    // Declared shapes may speak of other sizes.
    outputs: graph.outputs.map((info) => ({ ...info, shape: null })),
    valueInfo: new Map(),
  };
}

function zeros({ dataType, shape }: ValueInfo): Tensor {
  const dims = shape?.map((size) => (typeof size === 'number' ? size : 1)) ?? [];
  return { dataType, dims, bytes: new Uint8Array(byteLength(dataType, dims) ?? 0) };
}

/** A divisor from which on, or a factor up to whose inverse, a constant speaks of pixels of 0 … 255. */
const PIXEL_SCALE = 50;
const NORMALISING = new Set(['Sub', 'Add', 'Div', 'Mul', 'Cast', 'Transpose', 'Identity']);

/** Whether a model normalises inside: it takes bytes, or begins by shifting or scaling values of up to 255. */
export function takesPixels(graph: Graph, image: ImageInput): boolean {
  if (image.isBytes) return true;
  const readers = consumers(graph);
  for (let name = image.name; ;) {
    const [node, ...others] = readers.get(name) ?? [];
    if (node === undefined || others.length > 0 || !NORMALISING.has(node.op)) return false;
    const constants = node.inputs.flatMap((input) => graph.initializers.get(input) ?? []);
    const values = constants.flatMap((tensor) => Array.from(floatValues(tensor) ?? [])).map(Math.abs);
    const isScale = (value: number): boolean =>
      node.op === 'Mul' ? value > 0 && value <= 1 / PIXEL_SCALE : value >= PIXEL_SCALE;
    if (values.some(isScale)) return true;
    name = node.outputs[0] ?? '';
  }
}

/** (1, C, H, W) or (1, H, W, C) */
export function inputShape(
  { layout, channels }: ImageInput,
  height: number,
  width: number,
): readonly number[] {
  return layout === 'NCHW' ? [1, channels, height, width] : [1, height, width, channels];
}

const PICTURE_TYPES: ReadonlySet<DataType> = new Set([
  DataType.FLOAT,
  DataType.FLOAT16,
  DataType.DOUBLE,
  DataType.UINT8,
]);

function asImage({ name, dataType, shape }: ValueInfo, graph: Graph): ImageInput | null {
  if (!PICTURE_TYPES.has(dataType) || shape?.length !== 4) return null;
  const [batch, second, third, fourth] = shape;
  if (typeof batch === 'number' && batch > 1) return null;
  const size = (dim: number | string | null | undefined): number | null =>
    typeof dim === 'number' && dim > 0 ? dim : null;
  const isBytes = dataType === DataType.UINT8;
  const form = formOf(size(second), size(fourth)) ?? formOfFirstConvolution(name, graph);
  if (form?.layout === 'NCHW' && fits(size(second), form))
    return { name, ...form, height: size(third), width: size(fourth), isBytes };
  if (form?.layout === 'NHWC' && fits(size(fourth), form))
    return { name, ...form, height: size(second), width: size(third), isBytes };
  return null;
}

type Form = Pick<ImageInput, 'layout' | 'channels'>;

function formOf(second: number | null, fourth: number | null): Form | null {
  if (second === 1 || second === 3) return { layout: 'NCHW', channels: second };
  return fourth === 1 || fourth === 3 ? { layout: 'NHWC', channels: fourth } : null;
}

function fits(declared: number | null, { channels }: Form): boolean {
  return declared === null || declared === channels;
}

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
