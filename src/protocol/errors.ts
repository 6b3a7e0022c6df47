/** Every failure of the engine that has a cause a user can act on. */

/** One clear sentence or two a code; `{…}` are the failure's parameters. Also the keys of the translations. */
export const ERROR_TEXTS = {
  cannotRead: 'Cannot read {file}: {reason}.',
  notOnnx:
    '{file} is not an ONNX model. Choose a file exported with torch.onnx.export, tf2onnx or another ONNX exporter.',
  truncatedModel: '{file} is incomplete: it ends in the middle of the model. Export or copy it again.',
  externalDataMissing:
    '{file} keeps its weights in {data}, which is not beside it. Put that file into the same folder.',
  externalDataOutside:
    '{file} refers to weights outside its own folder ({data}). Put them beside the model and export it again.',
  externalDataTooShort: '{data} is too short for the weights that {file} keeps in it. Copy it again.',
  invalidModel: '{file} is not a valid model: {reason}.',
  noImageInput: '{file} has no image input: {reason}. Relevance-CAM explains models that take one picture.',
  noLogits: '{file} has no output of one value per class: {reason}.',
  noFeatureMap: '{file} computes no feature map with spatial extent, so there is no layer to explain.',
  runtimeRefused: 'ONNX Runtime cannot run {file}: {reason}.',
  notPicture: '{file} is not a picture that can be read: {reason}.',
  notArray: '{file} is not a float32 .npy array of shape {shape}.',
  unknownClass: '{class} is not a class of {file}, which has {count} classes.',
  unknownLayer: '{layer} is not a layer of {file}. List its layers with "relevance-cam inspect".',
  blockedLayer: '{layer} cannot be explained: operator {op} of node {node} has no relevance rule.',
  untouchedLayer:
    '{layer} cannot be explained: by its rule, operator {op} of node {node} passes no relevance on to it.',
  badSetting: 'The setting {setting} of {file} is wrong: {reason}.',
  wrongLogits:
    'The explanation of {file} would be wrong: tensor {tensor} differs from the model itself. Please report this model.',
  outOfMemory: 'Not enough memory to explain {file}. Close other models or reduce the input size.',
  cancelled: 'Cancelled.',
} as const;

export type ErrorCode = keyof typeof ERROR_TEXTS;

/** A failure as it crosses a process boundary. */
export interface EngineFailure {
  readonly code: ErrorCode;
  readonly parameters: Readonly<Record<string, string | number>>;
  /** For the log: stack and cause. */
  readonly detail: string;
}

/** JSON-RPC error code under which an EngineFailure travels as `data`. */
export const ENGINE_FAILURE = 1;
