import type { MethodId } from './methods.js';
import { METRIC_ABOUTS, METRIC_NAMES, OBJECT_NOTES } from './metricTexts.js';
import { NOTE_STRINGS } from './answerNotes.js';
import { PICTURE_STRINGS } from './pictureStrings.js';
import { READING_STRINGS } from './reading.js';
import { REPORT_STRINGS } from './reportStrings.js';
import { SPOKEN_STRINGS } from './spokenStrings.js';
import { TIMELINE_STRINGS } from './timelineStrings.js';
import { VIEW_STRINGS } from './viewStrings.js';

/** The page's texts in English; the keys name them, the host translates the values. `{…}` are filled in by the page. */
export const PANEL_STRINGS = {
  // Head
  chooseModel: 'Choose Model…',
  changeModel: 'Model {model}. Choose another one.',
  classButton: 'Class',
  classButtonLabel: 'Explained class: {label}, {probability}. Choose another one.',
  method: 'Method',
  methodButtonLabel: 'Method: {method}. Choose another one.',
  aboutRelevanceCam: 'Channels weighed by their relevance; sharp in every layer',
  aboutGradCam: 'Channels weighed by the mean gradient of the class',
  aboutGradCamPlusPlus: 'Positive gradients counted place by place; for several objects',
  aboutLayerCam: 'Every place weighed by its own positive gradient',
  aboutScoreCam: 'Channels weighed by the score of what they let through; slow',
  aboutCam: 'The classifier’s own weights; the last layers of some models only',
  aboutLrp: 'Relevance of the class, place by place, down to the pixels',
  aboutClrp: 'LRP of the class against all others, down to the pixels',

  // Views
  views: 'Views',
  viewExplain: 'Explain',
  viewCompare: 'Compare',
  viewSelectivity: 'Selectivity',
  viewLocalisation: 'Localisation',
  viewClasses: 'Classes',
  viewChannel: 'Channel',
  viewSanity: 'Sanity',

  // Figures
  saveFigure: 'Save as Picture…',
  saveFigureSvg: 'Save as SVG…',
  figurePart: '{percent} of the passes',
  figureOneSign: 'maps of one sign: {scale}',
  figureBothSigns: 'maps of both signs: {scale}',
  copyFigure: 'Copy as Picture',
  saveTable: 'Save Values (CSV)…',
  saveJson: 'Save Values (JSON)…',
  figureFailed: 'The picture could not be drawn. Choose fewer rows or columns.',

  // Export
  export: 'Export',
  exportOverlay: 'Picture with Map (PNG)',
  exportMap: 'Map (PNG)',
  exportRaw: 'Raw Values (JSON and .npy)',
  exportWeights: 'Channel Weights (CSV)',
  exportAll: 'All of These',
  copyPicture: 'Copy Picture with Map',
  copied: 'Picture copied to the clipboard.',
  nothingToExport: 'There is no map of this layer yet that could be exported.',
  copyFailed: 'The picture could not be copied. Click into the panel and try again.',

  // Layer tree
  layers: 'Layers',
  filterLayers: 'Filter layers',
  noLayerMatches: 'No layer matches "{query}".',
  noFeatureMaps: 'This model has no feature maps. LRP and CLRP explain its pixels.',
  layerSize: '{height}×{width}',
  layerHint: '{path} · {op} · {channels}×{height}×{width}',
  tokenHint: '{path} · {op} · {channels}×{height}×{width} tokens',
  ...READING_STRINGS,
  blockedNoRule: 'Cannot be explained: operator {op} of node {node} has no relevance rule.',
  blockedTakesNothing: 'Cannot be explained: operator {op} of node {node} passes no relevance on to it.',
  blockedNotBeforeClassifier:
    'CAM explains only what goes through global average pooling and one linear layer to the logits.',
  blockedPixels: 'This method explains layers, not the pixels of the input.',
  blockedSeveralLogits:
    'The answer is made of several logits: {node}. Name one of them in the setting output to explain it.',
  blockedOffGrid: 'No map: behind operator {op} of node {node} positions are no rows and columns any more.',
  blockedNotFinite:
    'Cannot be explained: for this picture the values behind its map leave the range of float32, so it would be NaN or infinity.',
  oneLayerBlocked: '1 layer blocked',
  layersBlocked: '{count} layers blocked',
  blockedHint: 'They are greyed in the tree, with the reason.',

  ...PICTURE_STRINGS,

  // Depth strip
  depthStrip: 'Maps from shallow to deep',
  shallow: 'shallow',
  deep: 'deep',

  // Predictions
  predictions: 'Predictions',
  ...NOTE_STRINGS,
  explainClass: 'Explain {label}, {probability}',
  predicted: 'Predicted',
  expected: 'Expected',
  rank: 'rank {rank}',
  explainPredicted: 'Explain the predicted class {label}',
  explainExpected: 'Explain the expected class {label}',
  setExpected: 'Set Expected Class…',
  setExpectedShort: 'Set…',
  changeExpected: 'Change expected class',
  clearExpected: 'No expected class',
  searchClasses: 'Search classes by name or number',
  noClassMatches: 'No class matches "{query}".',
  moreClasses: '{count} more. Type to narrow them down.',

  // Channels and weights
  topChannels: 'Top Channels',
  ofLayer: 'of {layer}',
  channel: '#{channel}',
  channelWeight: 'α {weight}',
  weightHint: 'Weight of the channel, α',
  shareHint: 'Part of the sum of all weights’ magnitudes, Σ|α|',
  excitingPictures: 'Which pictures excite channel {channel}?',
  showChannel:
    'Show the activation of channel {channel} over the picture. Weight {weight}, {share} of all weights.',
  weights: 'Weights',
  weightsSorted: 'Channel weights, sorted',
  hoyer: 'Hoyer {value}',
  hoyerHint: 'Sparsity of the weights: 0 where all channels weigh the same, 1 where one alone does',
  weightAt: 'rank {rank} of {count}: #{channel}, {weight}',
  weightsSummary: 'Channels: {count}, {positive} positive',

  // What became of the relevance
  channels: 'Channels',
  weighsNoChannels: '{method} weighs no channels: its map is computed place by place.',
  relevance: 'Relevance',
  details: 'Details',
  conserved: 'Share conserved, Σ R / s',
  conservedHint:
    'How much of the relevance given to the class reaches this layer. 100% where the layer is all there is to go through; less in a branch, and where the rules drop some.',
  relevanceSum: 'Sum, Σ R / s',
  relevanceSumHint:
    'The class gets all relevance and the other classes lose as much, so the sum of a layer that is all there is to go through is about 0.',
  noMapOf: 'No map by {method}',
  showDeepest: 'Show the deepest layer that has one',
  adviseLayer: 'Which Layer?',
  adviseLayerHint: 'Compare the layers of this model on pictures with the usual metrics',

  // Preprocessing
  preprocessing: 'Preprocessing',
  editPreprocessing: 'Edit preprocessing',
  checkPreprocessing: 'Check Preprocessing…',
  checkHint: 'See what each of the usual presets predicts for this picture',
  asModelSees: 'As the Model Sees It',
  asModelSeesHint: 'Show the picture as it is fed to the model, before its values are normalised',
  seenPicture: 'The picture as it is fed to the model, {width}×{height}',
  summaryCrop: '{resize} → {width}×{height} crop',
  summaryCut: 'centre cut out, then {width}×{height}',
  summarySquash: 'squashed to {width}×{height}',
  summarySquashCrop: 'squashed to {resize}×{resize}, {width}×{height} crop',
  summaryLetterbox: 'letterboxed to {width}×{height}',
  normImageNet: 'ImageNet mean and std',
  normRange: 'values {low} … {high}',
  normCaffe: 'Caffe mean',
  normCustom: 'mean {mean}, std {std}',
  sourceSetting: 'from your settings',
  sourceModelFile: 'from the model file',
  sourceFile: 'from a file beside the model',
  sourceModel: 'usual values; the model does not say',
  fit: 'Fit',
  fitCrop: 'Crop centre',
  fitCut: 'Cut out, then resize',
  fitSquash: 'Squash',
  fitLetterbox: 'Letterbox',
  resize: 'Shorter side',
  resizeBoth: 'Both sides',
  inputWidth: 'Input width',
  inputHeight: 'Input height',
  interpolation: 'Interpolation',
  rangeLow: 'Black becomes',
  rangeHigh: 'White becomes',
  mean: 'Mean',
  std: 'Std',
  channelOrder: 'Channels',
  channelGrey: 'Grey',
  layout: 'Layout',
  apply: 'Apply',
  reset: 'Reset',
  close: 'Close',
  invalidInteger: 'A whole number of pixels from 1 to {max}.',
  invalidNumber: 'A number.',
  invalidRange: 'Must be more than black.',
  invalidList: '{count} numbers, separated by commas.',
  invalidOne: 'One number.',
  invalidStd: 'Must be more than 0.',

  // Choosing among many
  choiceLabel: '{what}: {count} of {total} chosen. Choose others.',
  searchChoices: 'Search',
  noChoiceMatches: 'Nothing matches "{query}".',
  moreChoices: '{count} more. Type to narrow them down.',
  choiceReset: 'Back to the Default',
  moveLeft: 'Move Left',
  moveRight: 'Move Right',
  moveUp: 'Move Up',
  moveDown: 'Move Down',
  removeColumn: 'Remove Column',
  removeRow: 'Remove Row',

  // What a view lacks
  needCancelled: 'Cancelled before everything was computed.',
  resume: 'Resume',
  run: 'Run',
  passesOne: '1 forward pass',
  passes: '{count} forward passes',
  passesThrough: '{percent} of {count} forward passes',
  runHint: 'Run {method} at {layer}: a forward pass per channel, {count} in all.',
  resumeHint: 'Go on with {method} at {layer}: a forward pass per channel, {count} in all.',
  cancelHint: 'Cancel {method} at {layer}.',
  runAll: 'Run All (Forward Passes: {count})',
  queued: 'Waits its turn',
  secondsLeft: '{percent}, {seconds} s left',
  minutesLeft: '{percent}, {minutes} min left',
  notComputed: 'Not computed',
  inputPixels: 'Input pixels',
  pixels: 'pixels',

  ...VIEW_STRINGS,
  ...TIMELINE_STRINGS,
  ...REPORT_STRINGS,
  ...METRIC_NAMES,
  ...METRIC_ABOUTS,
  ...OBJECT_NOTES,

  // States
  stageWait: 'Waiting for other explanations',
  stageRead: 'Reading the model',
  stageSimplify: 'Simplifying the model',
  stageCompile: 'Preparing the explanation',
  stageDecode: 'Reading the picture',
  stageRun: 'Explaining',
  stageScore: 'Masking channel by channel',
  working: 'Working',
  stageProgress: '{stage} {percent}',
  cancel: 'Cancel',
  retry: 'Retry',
  showLog: 'Show Log',
  failedTitle: 'This picture could not be explained',
  cancelledTitle: 'Cancelled',
  cancelledText: 'This picture was not explained.',
  explainNow: 'Explain',
  restarted:
    'The background process ended unexpectedly and was restarted. What you asked for is being repeated.',
  noModelTitle: 'No model chosen',
  noModelText: 'Choose an image classifier in ONNX format (.onnx) to see where it looks.',

  ...SPOKEN_STRINGS,
} as const;

export type PanelStrings = Readonly<Record<keyof typeof PANEL_STRINGS, string>>;

/** What each method is, in one line. */
export const METHOD_ABOUT = {
  'relevance-cam': 'aboutRelevanceCam',
  'grad-cam': 'aboutGradCam',
  'grad-cam++': 'aboutGradCamPlusPlus',
  'layer-cam': 'aboutLayerCam',
  'score-cam': 'aboutScoreCam',
  cam: 'aboutCam',
  lrp: 'aboutLrp',
  clrp: 'aboutClrp',
} as const satisfies Readonly<Record<MethodId, keyof PanelStrings>>;
