/** The texts of the views beside the explanation in English; see `panelStrings.ts`. */
export const VIEW_STRINGS = {
  // Choice of a layer
  layerButton: 'Layer',
  layerButtonLabel: 'Layer {layer}. Choose another one.',

  // Compare
  methods: 'Methods',
  compareGrid: 'Maps of {label} by method and layer',
  compareGridHint:
    'Arrow keys go from cell to cell. Enter opens a map large, or the menu of a row or column.',
  compareEmpty: 'Choose at least one method and one layer to compare.',
  compareOwn: 'lowest to highest value of each map',
  compareOwnHint: 'Each map from its lowest to its highest value, as in the papers',
  compareShared: 'each map divided by its largest magnitude',
  compareSharedHint:
    'Each map divided by its largest magnitude: zero has the same colour in all of them, and what speaks against the class is told from what says nothing',
  compareSize: 'Size of the maps',
  sizeFit: 'Fit',
  sizeFitHint: 'Maps as large as the panel has room for',
  sizeSmall: 'S',
  sizeSmallHint: 'Small maps',
  sizeMedium: 'M',
  sizeMediumHint: 'Medium maps',
  sizeLarge: 'L',
  sizeLargeHint: 'Large maps',
  openLarge: '{method}, {layer}, {size}. Open large.',
  openMapLarge: '{what}. Open large.',
  largeHint: 'Arrow keys go to the maps beside it.',
  largeLeft: 'Map on the left',
  largeRight: 'Map on the right',
  largeAbove: 'Map above',
  largeBelow: 'Map below',
  showInExplain: 'Show in Explain',

  // Selectivity
  selectivityEmpty: 'Choose at least one method to see how it weighs the channels.',
  selectivityNote: 'Weights divided by the largest magnitude, on the same axes for all methods',
  inChannelOrder: 'In channel order',
  sortedByWeight: 'Sorted',
  channelAxis: 'channel',
  rankAxis: 'rank',
  plotLabel: '{method}: {plot}',
  normalisedAt: '#{channel}, rank {rank} of {count}: {weight}',
  selectivitySummary: '{count} channels, {positive} positive. The three heaviest hold {share} of all weight.',
  topMap: 'Activation of channel {channel}, weight {weight}, {share} of all weights.',
  flatWeights: 'All weights are zero.',

  // Localisation
  localisationThreshold: 'Threshold',
  localisationSigma: 'mean + {k} σ',
  localisationThresholdHint:
    'The picture is kept where the map, enlarged to the model’s input, exceeds its mean by this many standard deviations',
  localisationOutside: 'Darken the rest',
  localisationKept: '{share} of the picture kept',
  localisationIou: 'IoU {value}',
  localisationIouHint: 'Pixels that are both kept and marked, by pixels that are either',
  localisationMarked: 'Marked',
  localisationMarkedAs: '{names}, from {files}',
  localisationNoneOfClass: '{files} marks {names}, but not {label}, so there is no IoU.',
  localisationNothing:
    'Nothing is marked in this picture, so there is no IoU. Put boxes ({name}.xml as Pascal VOC and ImageNet have it, or boxes.csv) or a mask ({name}.mask.png) beside it.',
  localisationUnnamed: 'the object',
  localisationNoMethod: 'Choose a method to see which part of the picture it keeps.',
  localisationFigure: '{label} · {layer} · kept above {threshold}',

  // Classes
  classesGrid: 'Maps by class and layer',
  classesGridHint: 'Arrow keys go from cell to cell. Enter opens a map large.',
  classesAdd: 'Add Class…',
  classesRemove: 'Remove {label}',
  classesClass: 'Class',
  classesOne: 'Add a second class to see how far their maps differ.',
  classesCorrelation: 'Correlation',
  classesCorrelationHint:
    'Pearson’s correlation of the maps of two classes at the size of the model’s input. The lower, the better the layer tells the classes apart.',
  classesPair: '{first} – {second}',
  classesPairs: 'Correlation of the maps by depth',
  classesFirstPairs: 'Correlations are shown for the first three classes.',
  classesValues: 'Correlations as a table',
  classesLayer: 'Layer',
  classesUndefined: 'flat',
  classesFigure: '{method} · classes by depth',

  // Channel
  channelNumber: 'Channel',
  channelRank: 'Rank',
  channelOf: 'of {count}',
  channelPrevious: 'Previous channel',
  channelNext: 'Next channel',
  channelActivation: 'Activation',
  channelRelevance: 'Relevance',
  channelGradient: 'Gradient',
  channelNothingCarried: '{method} has no backward pass, so nothing is carried back to a channel.',
  channelNotWeighed: '{method} gives channels no weights: they have a number, but no rank.',
  channelPixels: 'The input’s pixels are no channels of a layer. Choose another layer.',
  channelAlone: 'Channel #{channel} of {count}',
  channelFacts: 'Channel #{channel}: rank {rank} of {count}, weight {weight}, {share} of all weights',

  // Sanity check
  sanityHow:
    'Weights are drawn anew at random, a module at a time from the logits down: the map should fall apart, and one that stays does not depend on what the model has learned.',
  sanityCost: 'up to {count} explanations by a copy of the model',
  sanityStopped: 'stopped after {done} of {count} modules',
  sanityNone:
    '{method} has no sanity check: every step would take a forward pass per channel. Choose another method.',
  sanityOriginal: 'Original',
  sanityNotFinite: 'The values of this map leave the range of float32.',
  sanityNumbers: 'r {rank} · SSIM {ssim}',
  sanityResult: 'With all weights random: rank correlation {rank}, SSIM {ssim}.',
  sanityLikeness: 'Likeness to the original map',
  sanityAxis: 'modules drawn anew, from the logits down',
  sanityRank: 'Rank correlation (Spearman)',
  sanitySsim: 'Structural similarity (SSIM)',
  sanityValues: 'Values as a table',
  sanityStep: 'Modules drawn anew',
  sanityModule: 'The last of them',
} as const;
