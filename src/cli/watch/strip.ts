import type { Caption } from '../../engine/export/captions.js';
import { figurePng } from '../../engine/export/figure.js';
import { paintOverlay } from '../../heatmap/paint.js';
import type { Picture } from '../../protocol/explanation.js';
import type { StepUnit } from '../../protocol/timeline.js';
import { DISPLAY } from '../display.js';
import { enlarged } from '../grid.js';
import { valueText } from '../report.js';
import type { Seen } from './watchedRun.js';

/** More columns than this nobody compares; between the first and the last some are left out. */
const MOST_COLUMNS = 12;

const UNITS: Readonly<Record<StepUnit, string>> = { epoch: 'Epoch', step: 'Step', place: 'Checkpoint' };

export interface Strip {
  readonly title: string;
  readonly unit: StepUnit;
  readonly picture: Picture;
  /** Tensors with what they are called. */
  readonly layers: readonly { readonly tensor: string; readonly name: string }[];
  /** By rising step. */
  readonly seen: readonly Seen[];
}

/** The maps of a picture over a training, checkpoints from left to right and layers from top to bottom: a PNG. */
export function stripPng({ title, unit, picture, layers, seen }: Strip): Promise<Uint8Array> {
  const shown = enlarged(picture);
  const columns = thinned(seen);
  return figurePng({
    title: { text: title, note: 'Each map on its own scale, from its lowest value to its highest.' },
    columns: columns.map(({ step, predicted }): Caption => {
      return { text: `${UNITS[unit]} ${step}`, note: `${predicted.label} ${valueText(predicted)}` };
    }),
    rows: layers.map(({ tensor, name }) => ({
      label: { text: name },
      cells: columns.map(({ maps }) => {
        const map = maps.get(tensor);
        return map === undefined ? { text: 'Cannot be explained' } : paintOverlay(shown, map, DISPLAY);
      }),
    })),
    cellWidth: shown.width,
    cellHeight: shown.height,
  });
}

/** The first, the last and some between them, evenly. */
function thinned(seen: readonly Seen[]): readonly Seen[] {
  if (seen.length <= MOST_COLUMNS) return seen;
  const places = Array.from({ length: MOST_COLUMNS }, (_, i) =>
    Math.round((i * (seen.length - 1)) / (MOST_COLUMNS - 1)),
  );
  return places.flatMap((place) => seen[place] ?? []);
}
