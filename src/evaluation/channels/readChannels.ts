import * as v from 'valibot';

import type { Excited, ExcitedChannel, PictureRankings, ReportChannels } from './excited.js';

/** Checked by itself: of a report's many numbers these are most. */
function isTriple(value: unknown): boolean {
  return Array.isArray(value) && value.length === 3 && value.every(Number.isFinite);
}

const number = v.number();
const listOf = <T extends v.GenericSchema>(item: T) => v.pipe(v.array(item), v.readonly());

const PART = v.object({
  width: number,
  height: number,
  crop: v.object({ x: number, y: number, width: number, height: number }),
});

const RANKINGS = listOf(listOf(v.custom<Excited>(isTriple)));

export const REPORT_CHANNELS: v.GenericSchema<unknown, ReportChannels> = v.object({
  pictures: listOf(v.object({ file: v.string(), ...PART.entries })),
  layers: listOf(v.object({ relevance: RANKINGS, activation: RANKINGS })),
});

const EXCITED = listOf(v.custom<ExcitedChannel>(isTriple));

export const PICTURE_RANKINGS: v.GenericSchema<unknown, PictureRankings> = v.object({
  ...PART.entries,
  layers: listOf(v.object({ relevance: EXCITED, activation: EXCITED })),
});
