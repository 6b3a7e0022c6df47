import { basename } from 'node:path';
import { answerNotes, NOTE_STRINGS } from '../protocol/answerNotes.js';
import type { ClassValue, Explanation, Prediction } from '../protocol/explanation.js';
import { areTokensIdle, IDLE_TOKENS } from '../protocol/idleTokens.js';
import { METHOD_FACTS } from '../protocol/methods.js';
import type { ModelInfo } from '../protocol/model.js';
import { formatValue } from '../protocol/numbers.js';
import { BY_ROUNDING, muchByRounding } from '../protocol/roundingNote.js';
import type { ExplainArguments } from './arguments.js';
import { layerEntries } from './explanationJson.js';
import { preparationLine } from './preparation.js';
import { table } from './terminal.js';
import { weightsText } from './weights.js';

/** A short text for people: the predictions, and for each method and class the layers with their heaviest channels. */
export function reportText(
  { source, model, top }: Pick<ExplainArguments, 'source' | 'model' | 'top'>,
  info: ModelInfo,
  explanations: readonly Explanation[],
): string {
  const [first] = explanations;
  const weights = info.weights ? [weightsText(info.weights)] : [];
  const predictions = first?.predictions ?? [];
  const notes = first ? answerNotes(info, first, NOTE_STRINGS, valueText) : [];
  return [
    `${[basename(source.path), basename(model), ...weights].join(' · ')}\n\n`,
    `Predictions\n${table(predictions.map(predictionRow))}`,
    ...notes.map((note) => `${note}\n`),
    ...(source.kind === 'image' ? [preparationLine(info)] : []),
    ...explanations.map((explanation) => `\n${sectionOf(explanation, info, top)}`),
  ].join('');
}

function sectionOf(explanation: Explanation, info: ModelInfo, top: number): string {
  const { method, target, predictions } = explanation;
  const { label, weighsChannels } = METHOD_FACTS[method];
  const isPrediction = target.index === predictions[0]?.index;
  const heading = `${label} for ${target.label} (${target.index}${isPrediction ? ', predicted' : `, ${valueText(target)}`})\n`;
  const columns = ['layer', 'operator', 'channels × size'];
  const entries = layerEntries(info, explanation);
  const rows = entries.map(({ entry }) => {
    const { path, op, channels, height, width } = entry;
    const channelTexts = entry.top.map(({ channel, weight }) => `#${channel} (${weight.toPrecision(3)})`);
    const cells = [path, op, `${channels} × ${height} × ${width}`];
    return weighsChannels ? [...cells, channelTexts.join(', ')] : cells;
  });
  const heads = weighsChannels ? [...columns, `top ${top} channels (weight)`] : columns;
  return (
    heading +
    table(rows.length > 0 ? [heads, ...rows] : [['no layer']]) +
    idleNote(entries) +
    roundingNote(entries)
  );
}

/** Which maps are 0 because the tokens of the picture take no part, if any are. */
function idleNote(entries: ReturnType<typeof layerEntries>): string {
  const idle = entries.filter(({ entry, layer }) => areTokensIdle(entry, layer));
  return idle.length === 0 ? '' : `${IDLE_TOKENS}\n${table(idle.map(({ entry: { path } }) => [path]))}`;
}

/** Which maps rounding decides much of, if any are. */
function roundingNote(entries: ReturnType<typeof layerEntries>): string {
  const undecided = entries.flatMap(({ entry: { path }, layer }) => {
    const share = muchByRounding(layer);
    return share === null ? [] : `${BY_ROUNDING.replace('{share}', percentText(share))} (${path})\n`;
  });
  return undecided.join('');
}

function predictionRow(prediction: Prediction): (string | number)[] {
  return [valueText(prediction).padStart(8), prediction.index, prediction.label];
}

/** A class's probability, e.g. `39.2 %` or `< 0.1 %`, or a value that stands for none. */
export function valueText({ probability, value }: ClassValue): string {
  if (probability === null) return formatValue(value);
  return percentText(probability);
}

function percentText(fraction: number): string {
  if (fraction < 0.0005) return '< 0.1 %';
  return fraction >= 0.9995 && fraction < 1 ? '> 99.9 %' : `${(100 * fraction).toFixed(1)} %`;
}
