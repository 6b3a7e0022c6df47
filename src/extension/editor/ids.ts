/** Names that package.json and the host share. */

export const EXTENSION_ID = 'relevance-cam.relevance-cam';

export const COMMANDS = {
  explain: 'relevanceCam.explain',
  explainSample: 'relevanceCam.explainSample',
  chooseModel: 'relevanceCam.chooseModel',
  useAsModel: 'relevanceCam.useAsModel',
  openLayerTree: 'relevanceCam.openLayerTree',
  revealLayer: 'relevanceCam.revealLayer',
  copyTensorName: 'relevanceCam.copyTensorName',
  nextLayer: 'relevanceCam.nextLayer',
  previousLayer: 'relevanceCam.previousLayer',
  nextPicture: 'relevanceCam.nextPicture',
  previousPicture: 'relevanceCam.previousPicture',
  toggleFilmstrip: 'relevanceCam.toggleFilmstrip',
  focusFilmstrip: 'relevanceCam.focusFilmstrip',
  filterLayers: 'relevanceCam.filterLayers',
  clearLayerFilter: 'relevanceCam.clearLayerFilter',
  explainClass: 'relevanceCam.explainClass',
  chooseMethod: 'relevanceCam.chooseMethod',
  setExpectedClass: 'relevanceCam.setExpectedClass',
  checkPreprocessing: 'relevanceCam.checkPreprocessing',
  exportLayer: 'relevanceCam.exportLayer',
  watchCheckpoints: 'relevanceCam.watchCheckpoints',
  compareCheckpoints: 'relevanceCam.compareCheckpoints',
  watchSample: 'relevanceCam.watchSample',
  showTimeline: 'relevanceCam.showTimeline',
  removeRun: 'relevanceCam.removeRun',
  explainCheckpoint: 'relevanceCam.explainCheckpoint',
  chooseGraph: 'relevanceCam.chooseGraph',
  chooseReference: 'relevanceCam.chooseReference',
  insertCheckpointExport: 'relevanceCam.insertCheckpointExport',
  evaluate: 'relevanceCam.evaluate',
  showEvaluations: 'relevanceCam.showEvaluations',
  adviseLayer: 'relevanceCam.adviseLayer',
  excitingPictures: 'relevanceCam.excitingPictures',
  showLog: 'relevanceCam.showLog',
  restartEngine: 'relevanceCam.restartEngine',
} as const;

export type CommandId = (typeof COMMANDS)[keyof typeof COMMANDS];

export const VIEWS = {
  layers: 'relevanceCam.layers',
  predictions: 'relevanceCam.predictions',
  checkpoints: 'relevanceCam.checkpoints',
} as const;

export const PANEL_TYPE = 'relevanceCam.explanation';

export const TIMELINE_TYPE = 'relevanceCam.timeline';

export const REPORT_TYPE = 'relevanceCam.report';

export const CONTEXT_KEYS = {
  /** A panel is open. */
  panel: 'relevanceCam.hasPanel',
  /** The layer tree shows a model. */
  model: 'relevanceCam.hasModel',
  /** The layer tree is narrowed by a filter. */
  filtered: 'relevanceCam.filtered',
  /** An evaluation is under way or paused. */
  evaluating: 'relevanceCam.evaluating',
} as const;

export const CONFIGURATION = 'relevanceCam';
export const SETTINGS = {
  models: 'models',
  method: 'method',
  topChannels: 'topChannels',
  colorMap: 'colorMap',
  opacity: 'opacity',
  emphasis: 'emphasis',
  maxMegapixels: 'maxMegapixels',
  checkpointCache: 'checkpoints.cacheMegabytes',
  engineNode: 'engine.node',
  engineThreads: 'engine.threads',
  device: 'device',
} as const;
