import { basename } from 'node:path';

import type { Caption } from '../../engine/export/captions.js';
import { figurePng, type FigureCell } from '../../engine/export/figure.js';
import { ORIGINAL } from '../../evaluation/export/sanityCsv.js';
import { paintOverlay } from '../../heatmap/paint.js';
import type { Picture, Prediction } from '../../protocol/explanation.js';
import { METHOD_FACTS } from '../../protocol/methods.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { SanityChain, SanityMethodId, SanityStep } from '../../protocol/sanity.js';
import { layerNames } from '../arrangement.js';
import { DISPLAY } from '../display.js';

export interface Chains {
  readonly path: string;
  readonly picture: Picture;
  readonly info: ModelInfo;
  readonly target: Prediction;
  readonly method: SanityMethodId;
  /** One a layer. */
  readonly chains: readonly SanityChain[];
  readonly modules: readonly string[];
}

/** The maps of a picture, from the model as it is to a random one, a layer a row: a PNG. */
export function chainsPng({
  path,
  picture,
  info,
  target,
  method,
  chains,
  modules,
}: Chains): Promise<Uint8Array> {
  const names = layerNames(info);
  const [only] = chains.length === 1 ? chains : [];
  return figurePng({
    title: {
      text: [basename(path), basename(info.path), METHOD_FACTS[method].label, target.label].join(' · '),
      note: 'Weights drawn anew from the logits down, one module more from column to column; each map on its own scale.',
    },
    columns: [ORIGINAL, ...modules].map((text, step): Caption => {
      const found = only?.steps[step];
      return found === undefined ? { text } : { text, note: likenessText(found) };
    }),
    rows: chains.map(({ tensor, width, height, steps }) => ({
      label: { text: names.get(tensor) ?? tensor },
      cells: steps.map(({ map }): FigureCell =>
        map === null
          ? { text: 'Not finite' }
          : paintOverlay(picture, { width, height, values: map }, DISPLAY),
      ),
    })),
    cellWidth: picture.width,
    cellHeight: picture.height,
  });
}

function likenessText({ spearman, ssim }: SanityStep): string {
  const text = (value: number | null): string => value?.toFixed(2) ?? '–';
  return `r ${text(spearman)}, SSIM ${text(ssim)}`;
}
