import { basename } from 'node:path';
import { figurePng, type FigureCell } from '../engine/export/figure.js';
import { paintMap, paintOverlay } from '../heatmap/paint.js';
import type { Explanation, LayerExplanation, Picture } from '../protocol/explanation.js';
import { areTokensIdle, IDLE_TOKENS } from '../protocol/idleTokens.js';
import type { ModelInfo } from '../protocol/model.js';
import { arrange } from './arrangement.js';
import type { OutputSource } from './bundle.js';
import { DISPLAY } from './display.js';
import { CommandError } from './messages.js';

/** Longer side of a drawing in a grid, in pixels. */
export const GRID_SIDE = 288;

/** More than this nobody looks through. */
const MAX_DRAWINGS = 400;

const NOT_EXPLAINED = { text: 'Cannot be explained' };

/** Whether `--out` names a grid and not a folder. */
export function isGrid(out: string): boolean {
  return out.toLowerCase().endsWith('.png');
}

/** @throws CommandError where a grid would be larger than anybody looks at */
export function checkGridSize(methods: number, classes: number, layers: number): void {
  const count = methods * classes * layers;
  if (count > MAX_DRAWINGS)
    throw new CommandError(
      `A grid of ${count} maps is too large, ${MAX_DRAWINGS} is the most. Choose fewer layers with --layers.`,
    );
}

/** All maps as one picture with captions: a PNG. The picture itself stands first in every row. */
export function gridPng(
  { model, source, picture }: OutputSource,
  info: ModelInfo,
  explanations: readonly Explanation[],
): Promise<Uint8Array> {
  const { common, columns, rows } = arrange(info, explanations);
  const shown = picture && enlarged(picture);
  const { width, height } = shown ?? sizeWithout(info);
  const onTokens = new Set(info.layers.flatMap(({ tensor, tokens }) => (tokens ? tensor : [])));
  const isIdle = (layer: LayerExplanation): boolean =>
    areTokensIdle({ tokens: onTokens.has(layer.tensor) }, layer);
  const cellOf = (layer: LayerExplanation | null): FigureCell =>
    layer === null
      ? NOT_EXPLAINED
      : isIdle(layer)
        ? { text: IDLE_TOKENS }
        : paint(layer, shown, width, height);
  return figurePng({
    title: {
      text: [basename(source.path), basename(model), ...common].join(' · '),
      note: 'Each map on its own scale, from its lowest value to its highest.',
    },
    columns: shown ? [{ text: 'Picture' }, ...columns] : columns,
    rows: rows.map(({ label, layers }) => {
      const cells = layers.map(cellOf);
      return { label, cells: shown ? [shown.rgba, ...cells] : cells };
    }),
    cellWidth: width,
    cellHeight: height,
  });
}

function paint(
  { map, width, height }: LayerExplanation,
  picture: Picture | null,
  toWidth: number,
  toHeight: number,
): Uint8ClampedArray {
  const grid = { width, height, values: map };
  return picture ? paintOverlay(picture, grid, DISPLAY) : paintMap(grid, toWidth, toHeight, DISPLAY);
}

/** Every pixel of a small picture becomes a square, so that the map over it can be seen. */
export function enlarged(picture: Picture): Picture {
  const factor = Math.floor(GRID_SIDE / Math.max(picture.width, picture.height));
  if (factor <= 1) return picture;
  const { crop, ...rest } = picture;
  const width = factor * picture.width;
  const height = factor * picture.height;
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const x = Math.floor((pixel % width) / factor);
    const y = Math.floor(pixel / width / factor);
    const from = 4 * (y * picture.width + x);
    rgba.set(picture.rgba.subarray(from, from + 4), 4 * pixel);
  }
  const { x, y } = crop;
  const size = { width: factor * crop.width, height: factor * crop.height };
  return { ...rest, width, height, rgba, crop: { x: factor * x, y: factor * y, ...size } };
}

function sizeWithout({ preprocessing }: ModelInfo): { width: number; height: number } {
  const { inputWidth, inputHeight } = preprocessing;
  const scale = GRID_SIDE / Math.max(inputWidth, inputHeight);
  return { width: Math.round(scale * inputWidth), height: Math.round(scale * inputHeight) };
}
