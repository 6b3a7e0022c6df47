import { isCut, type ModelInfo, type Preprocessing, type PreprocessingSource } from '../protocol/model.js';
import { PANEL_STRINGS } from '../protocol/panelStrings.js';
import { table } from './terminal.js';

/** How a picture becomes the model's input and where that was taken from, in one line. */
export function preparationLine({ preprocessing, preprocessingSource }: ModelInfo): string {
  const { interpolation, range, mean, std, channelOrder, layout } = preprocessing;
  const steps = [
    fitText(preprocessing),
    interpolation,
    channelOrder,
    `range ${range.join(' … ')}`,
    `mean ${mean.join(' ')}`,
    `std ${std.join(' ')}`,
    layout,
  ];
  return `Prepared: ${steps.join(', ')}; ${SOURCE_TEXTS[preprocessingSource]}.\n`;
}

/** The same with everything there is to it. */
export function preparationTable({ preprocessing, preprocessingSource }: ModelInfo): string {
  const rows = Object.entries(preprocessing).map(([name, value]) => [name, [value].flat().join(' ')]);
  return table([...rows, ['source', SOURCE_TEXTS[preprocessingSource]]]);
}

const SOURCE_TEXTS: Readonly<Record<PreprocessingSource, string>> = {
  setting: PANEL_STRINGS.sourceSetting,
  'model file': PANEL_STRINGS.sourceModelFile,
  'file beside the model': PANEL_STRINGS.sourceFile,
  model: PANEL_STRINGS.sourceModel,
};

function fitText(preprocessing: Preprocessing): string {
  const { fit, resize, inputWidth, inputHeight } = preprocessing;
  const size = `${inputWidth} × ${inputHeight}`;
  return isCut(preprocessing) ? `${fit} ${resize} → ${size}` : `${fit} → ${size}`;
}
