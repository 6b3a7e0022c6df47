/** Every failure of the engine that has a cause a user can act on. */

/**
 * One clear sentence or two a code; `{…}` are the failure's parameters, and `{referenceOption}` what the command line or the
 * editor calls it. Also the keys of the translations.
 */
export const ERROR_TEXTS = {
  cannotRead: 'Cannot read {file}: {reason}.',
  cannotWrite: 'Cannot write {file}: {reason}.',
  noTemporaryFiles:
    'Temporary files cannot be written into {folder}: {reason}. Make room there, or allow writing.',
  notOnnx:
    '{file} is not an ONNX model. Choose a file exported with torch.onnx.export, tf2onnx or another ONNX exporter.',
  truncatedModel: '{file} is incomplete: it ends in the middle of the model. Export or copy it again.',
  damagedModel:
    '{file} is damaged: from some place on its content is no ONNX model. Export or copy it again.',
  externalDataMissing:
    '{file} keeps its weights in {data}, which is not beside it. Put that file into the same folder.',
  externalDataOutside:
    '{file} refers to weights outside its own folder ({data}). Put them beside the model and export it again.',
  externalDataTooShort: '{data} is too short for the weights that {file} keeps in it. Copy it again.',
  externalDataPlace:
    'The constant {tensor} of {file} has a wrong offset or length in {data}. Export the model again.',
  changedModel: '{file} was changed while it was explained. Explain the picture again.',
  oldOpset:
    '{file} is written for opset {opset}, which is older than {oldest}. Export it again with opset 17 or later.',
  newerModel:
    '{file} needs version {version} of {part}, but this ONNX Runtime knows it up to {newest}. Export the model for an older opset.',
  missingOpset:
    '{file} does not say which version of the operators of {domain} its node {node} ({op}) needs. Export the model again.',
  duplicateTensor:
    '{file} defines the tensor {tensor} more than once. Give every tensor a name of its own and export the model again.',
  duplicateNode:
    '{file} has more than one node named {node}. Give every node a name of its own and export the model again.',
  missingTensor:
    'Node {node} ({op}) of {file} reads the tensor {tensor}, which nothing defines. Export the model again.',
  missingOutput: 'The output {tensor} of {file} is computed by no node. Export the model again.',
  cyclicGraph:
    'The nodes of {file} form a cycle: the tensor {tensor} of node {node} depends on itself. Export the model again.',
  unknownOperator:
    'Node {node} of {file} is the operator {op} of {domain}, which ONNX Runtime does not know. Export the model with standard ONNX operators.',
  missingKernel:
    'ONNX Runtime cannot compute node {node} ({op}) of {file} on a CPU. Export the model for inference on a CPU, without optimising it for training or for another device.',
  impossibleShape: 'The tensor {tensor} of {file} cannot have the shape {shape}. Export the model again.',
  hugeConstants:
    'The constants that {file} computes would take {gigabytes} GB, most of all that of node {node} ({op}), which has the shape {shape}. Export the model again.',
  constantType:
    'The constant {tensor} of {file} is of the type {type}, which cannot be read. Export the model with float32 weights.',
  constantLength:
    'The constant {tensor} of {file} has {found} bytes where its shape {shape} asks for {expected}. Export or copy the model again.',
  attributeType:
    'The attribute {attribute} of node {node} of {file} is of a type that cannot be read. Export the model again.',
  notFiniteWeights:
    'The weights {tensor} of {file} hold {value}, so nothing computed from them means anything. Choose a checkpoint whose training did not diverge.',
  notFiniteLogits:
    'The logits {tensor} of {file} come out as NaN or infinity for this picture. Check the preprocessing, or choose another checkpoint.',
  notFiniteZeros:
    'The logits {tensor} of {file} come out as NaN or infinity for this picture, with zeros fed to {inputs}. Give the values of these under inputs in relevanceCam.models, or check the preprocessing.',
  notFiniteTensor:
    'The tensor {tensor} of {file} comes out as NaN or infinity for this picture, so its logits mean nothing. Check the preprocessing, or choose another checkpoint.',
  trainingMode:
    '{file} was exported in training mode: its node {node} ({op}) works as it does while training. Call model.eval() and export the model again.',
  batchStatistics:
    'Node {node} ({op}) of {file} normalises by the mean and variance of the batch at hand, as BatchNorm with track_running_stats=False does also after model.eval(). Train the model with running statistics or with another norm, and export it again.',
  droppingNode:
    'Node {node} ({op}) of {file} drops values at random, as in training. Call model.eval() and export the model again; F.dropout obeys that only with training=self.training.',
  randomNode:
    'Node {node} ({op}) of {file} draws random numbers, so the model answers differently every time. Call model.eval() and export the model again without noise.',
  notWeights:
    '{file} holds no weights that are read. Save model.state_dict() with safetensors or torch.save, or choose such a file.',
  foreignWeights:
    '{file} is of the format {format}, which is not read. Save model.state_dict() with safetensors or torch.save.',
  adapterWeights:
    '{file} is an adapter of PEFT, as LoRA trains: it holds what is added to a model’s weights, and not those. Call merge_and_unload() on the adapted model, and save the state_dict() of what that gives.',
  damagedWeights:
    '{file} is damaged or incomplete: its part {part} cannot be read. Save or copy the checkpoint again.',
  strayWeights:
    'The weights {tensor} of {file} are not found by name and shape in {model}. If the exporter folded or renamed weights, name the checkpoint from which the graph was exported ({referenceOption}); else this is a checkpoint of another architecture.',
  strayConstant:
    'The weights {tensor} of {model} are not found by name and shape in {file}. If the exporter folded or renamed weights, name the checkpoint from which the graph was exported ({referenceOption}); else this is a checkpoint of another architecture.',
  sharedConstant:
    'The weights {tensor} of {model} are read by nodes of more than one module, so names do not tell what of {file} belongs there. Name the checkpoint from which the graph was exported ({referenceOption}).',
  weightsInSubgraph:
    'Node {node} ({op}) of {model} keeps weights in a subgraph, where those of {file} cannot be put. Export the graph again without branches and loops.',
  foreignReference:
    'The weights {tensor} of {model} are not found among those of {reference}: the graph was exported from another checkpoint, or the exporter computed them from several. Name another reference, or export the graph again without folding constants.',
  ambiguousReference:
    'The weights {tensor} of {model} could be {first} or {second} of {reference}, which cannot be told apart. Export the graph again from a trained state.',
  partlyComputedWeights:
    'The exporter has computed a part of what weight norm or spectral norm makes of {tensor} of {reference}, so {model} serves no other weights. Export the graph again without folding constants.',
  droppedWeights:
    'The exporter left {tensor} of {reference} out of {model}, since its values changed nothing then. Export the graph again from a trained state.',
  leftOutWeights:
    'The exporter left {tensor} out of {model}, since its values changed nothing then, and in {file} they do. Export the graph again from a trained state.',
  missingWeights:
    '{tensor} is not found in {file}, and {model} needs it: this is a checkpoint of another architecture. Choose one of the run from which the graph was exported.',
  misshapenWeights:
    '{tensor} of {file} has the shape {shape} where {model} needs {expected}: this is a checkpoint of another architecture. Choose one of the run from which the graph was exported.',
  detection: '{file} detects: it puts out a value for each of {places} places. Detection is not explained.',
  detectionBoxes: '{file} detects: it puts out {boxes} boxes with scores. Detection is not explained.',
  detectionNode:
    '{file} detects: its node {node} ({op}) chooses among overlapping boxes. Detection is not explained.',
  textOutput:
    '{file} puts out values for each of {columns} columns of the picture, as what reads text does, and none for the whole. Only classifiers are explained.',
  segmentation:
    '{file} segments: it puts out classes for each of {height} × {width} positions. Segmentation is not explained.',
  mapOutput:
    '{file} puts out a map, {channels} × {height} × {width}, and no value for each class. Only classifiers are explained.',
  noInputs: '{file} has no inputs. Relevance-CAM explains models that take one picture.',
  noImageInput:
    '{file} has no image input: it takes {inputs}. Relevance-CAM explains models that take one picture: N × C × H × W or N × H × W × C, with 1 or 3 channels.',
  noOutputs: '{file} has no outputs. Export the model again.',
  noLogits: '{file} has no output of one value per class: it puts out {outputs}.',
  otherTask:
    '{file} is an Ultralytics model of the task {task}, and only classifiers are explained. Choose a model of the task classify.',
  varyingShape:
    'The tensor {tensor} of {file} changes its size from picture to picture, so no layer can be explained. Export the model without data-dependent sizes.',
  refusedSize:
    '{file} does not take pictures of {width} × {height}, at node {node} ({op}): {reason}. Set inputWidth and inputHeight for it in relevanceCam.models.',
  openInput:
    '{file} does not say how many numbers its input {input} takes, and node {node} ({op}) does not work with one: {reason}. Give its values under inputs in relevanceCam.models.',
  fixedBatch:
    '{file} takes {batch} pictures at a time, and node {node} ({op}) does not work with one: {reason}. Export the model for one picture, or for any number.',
  pairScores:
    '{file} puts out a score for each pair of its {count} classes and none for a class: its node {node} (SVMClassifier) lets pairs decide. Put a classifier with scores of classes in its place, such as LinearSVC or LogisticRegression.',
  severalPictures:
    '{file} takes {batch} pictures at a time, and its tensor {tensor} cannot be computed for one of them alone. Export the model for one picture, or for any number.',
  misfitWeights:
    'The weights {tensor} ({shape}) of {file} do not fit the input ({input}) of node {node} ({op}). Export the model again.',
  refusedNode: 'ONNX Runtime cannot run node {node} ({op}) of {file}: {reason}. Export the model again.',
  runtimeRefused: 'ONNX Runtime cannot run {file}: {reason}.',
  notPicture: '{file} is not a picture of a format that is read: PNG, JPEG, WebP, BMP, GIF, TIFF or AVIF.',
  foreignPicture:
    '{file} holds {format}, which is not read, whatever the file is called. Convert it to PNG or JPEG.',
  tooManyPixels:
    '{file} has {size} pixels, {megapixels} megapixels, and the limit is {limit}. Reduce it, or raise relevanceCam.maxMegapixels (--max-megapixels on the command line).',
  unusualBands:
    '{file} has {bands} bands, and only grey pictures and pictures of red, green and blue are read. Save its red, green and blue bands as a picture of their own.',
  truncatedPicture: '{file} is incomplete: it ends in the middle of the picture. Copy or download it again.',
  damagedPicture:
    '{file} is a {format} file that cannot be decoded: it is damaged or of an unusual kind. Save it again as PNG or JPEG.',
  emptyFile: '{file} is empty. Copy or download it again.',
  lfsPointer: '{file} is a Git LFS pointer, not the file itself. Run "git lfs pull".',
  webPage: '{file} is a web page, as a server sends it in place of a file. Download the file itself again.',
  notArray: '{file} is not a .npy array of numbers of shape {shape}.',
  notNumpy: '{file} is not a .npy array of numbers.',
  unknownClass: '{class} is not a class of {file}, which has {count} classes.',
  unknownLayer: '{layer} is not a layer of {file}. List its layers with "relevance-cam inspect".',
  blockedLayer: '{layer} cannot be explained: operator {op} of node {node} has no relevance rule.',
  untouchedLayer:
    '{layer} cannot be explained: by its rule, operator {op} of node {node} passes no relevance on to it.',
  notBeforeClassifier:
    '{layer} cannot be explained with CAM, which needs a layer that goes through global average pooling and one linear layer to the logits. Choose the last layer or another method.',
  noPixels:
    '{method} explains feature maps, not the pixels of {layer}. Choose a layer of the model, or LRP or CLRP.',
  severalLogits:
    '{layer} cannot be explained: the answer of {file} is made of several logits ({logits}). Name one of them in the setting output to explain it.',
  offGrid:
    '{layer} has no map: behind operator {op} of node {node} its positions can no longer be laid out as rows and columns of the picture. Choose another layer.',
  notFiniteMap:
    '{layer} cannot be explained with {method}: for this picture the values behind its map leave the range of float32, so it would be NaN or infinity. Choose another layer or method, or check the preprocessing.',
  unreadProcessor:
    'The preprocessor_config.json beside {file} names {processor}, which makes patches or colour numbers of pictures, turns them or cuts them without resizing; that is not done here. If the model takes plain pictures, set fit, mean and std in relevanceCam.models.',
  badSetting: 'The setting {setting} of {file} is wrong: {reason}.',
  wrongLogits:
    'The explanation of {file} would be wrong: tensor {tensor} differs from the model itself. Please report this model.',
  badAnnotations: 'The annotations in {file} cannot be used: {reason}.',
  notReport:
    '{file} is no evaluation report of Relevance-CAM, or it is incomplete. Copy it again, or evaluate again.',
  newerReport: '{file} was written by a newer version of Relevance-CAM. Update Relevance-CAM to read it.',
  damagedReport: '{file} is damaged at {place}. Copy it again, or evaluate again.',
  otherJournal:
    '{file} holds what was done of another evaluation: its {part} is another. Remove it to begin anew, or write the report to another file.',
  damagedJournal: '{file} is damaged in line {line}. Remove it to begin the evaluation anew.',
  otherReport: '{file} and {other} are no parts of one evaluation: they differ in {part}.',
  missingShards: 'Of the {count} parts of the evaluation these are missing: {parts}. Name their reports too.',
  repeatedShard: '{file} and {other} are the same part of the evaluation. Name each part once.',
  wholeReport: '{file} is no part of an evaluation but all of it, so there is nothing to merge.',
  unexpected:
    '{file} could not be evaluated for a reason that nobody foresaw: {reason}. Please report it with this picture.',
  noPictures: 'There are no pictures in {folders}.',
  noMetric: 'There is no metric {name}. The metrics are {metrics}.',
  badGate:
    '{gate} is no condition. Write it as METRIC@LAYER > +CHANGE or METRIC@LAYER < -CHANGE, for example average-drop@layer4 > +2.',
  emptyGate: '{gate} compares nothing: {file} and the new report have no {part} in common.',
  silentSource:
    '{file} says nothing of any of these pictures. Name a file or folder of boxes, masks or classes whose pictures are called as these are.',
  outOfMemory: 'Not enough memory to explain {file}. Close other models or reduce the input size.',
  badNode:
    '{file}, which the setting relevanceCam.engine.node names, does not run as Node 20 or newer. Correct the setting or clear it; until then the editor’s own Node is used.',
  full: 'There is no memory for this model, not even in a new background process. Close other models or programs and try again.',
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
