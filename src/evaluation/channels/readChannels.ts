import * as v from 'valibot';

import type { ExcitedChannel, LayerRankings, PictureRankings, ReportChannels } from './excited.js';

const number = v.number();

const PART = v.object({
  width: number,
  height: number,
  crop: v.object({ x: number, y: number, width: number, height: number }),
});

// Checked whole: of a report's many numbers these are most.
const RANKINGS = v.custom<LayerRankings['relevance']>(
  (rankings) => Array.isArray(rankings) && rankings.every(areTriples),
);
const EXCITED = v.custom<readonly ExcitedChannel[]>(areTriples);

export const REPORT_CHANNELS: v.GenericSchema<unknown, ReportChannels> = v.object({
  pictures: v.array(v.object({ file: v.string(), ...PART.entries })),
  layers: v.array(v.object({ relevance: RANKINGS, activation: RANKINGS })),
});

export const PICTURE_RANKINGS: v.GenericSchema<unknown, PictureRankings> = v.object({
  ...PART.entries,
  layers: v.array(v.object({ relevance: EXCITED, activation: EXCITED })),
});

function areTriples(list: unknown): boolean {
  return (
    Array.isArray(list) &&
    list.every((one: unknown) => Array.isArray(one) && one.length === 3 && one.every(Number.isFinite))
  );
}
