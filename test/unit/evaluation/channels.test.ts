import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { BestPictures } from '../../../src/evaluation/channels/bestPictures.js';
import type { PictureRankings, ReportChannels } from '../../../src/evaluation/channels/excited.js';
import {
  layersWithChannels,
  onlyBest,
  rankedChannels,
} from '../../../src/evaluation/channels/rankedChannels.js';
import { parseReport } from '../../../src/evaluation/readReport.js';
import { reportText } from '../../../src/evaluation/makeReport.js';
import type { PictureChannels } from '../../../src/protocol/evaluation.js';
import { failureOf, reportOf } from './reports.js';

const KEPT = 9;
const CHANNELS = 3;

/** Few values, so that many are equal. */
const values = fc.array(fc.integer({ min: -2, max: 4 }), { minLength: CHANNELS, maxLength: CHANNELS });

const found = fc
  .record({ relevance: values, activation: values })
  .map(({ relevance, activation }): PictureChannels => ({
    ...{ width: 4, height: 3, crop: { x: 0, y: 0, width: 4, height: 3 } },
    layers: [
      null,
      {
        relevance: Float32Array.from(relevance, (value) => value / 10),
        activation: Float32Array.from(activation),
        relevanceAt: relevance.map((value) => value + 2),
        activationAt: activation.map((value) => value + 3),
      },
    ],
  }));

const pictures = fc
  .array(found, { minLength: 1, maxLength: 40 })
  .map((all) => all.map((channels, place) => ({ file: `${place}.png`, channels })));

function reportOfAll(all: readonly { readonly file: string; readonly channels: PictureChannels }[]) {
  const best = new BestPictures(2);
  const entries = all.map(({ file, channels }) => ({ file, kept: best.take(file, channels) }));
  return { report: best.report, entries };
}

function readAgain(entries: readonly { readonly file: string; readonly kept: PictureRankings }[]) {
  const best = new BestPictures(2);
  for (const { file, kept } of entries) best.addPicture(file, kept);
  return best.report;
}

describe('the pictures that excite channels most', () => {
  it('are the same in whatever order they come, from the journal, and merged from parts', () => {
    fc.assert(
      fc.property(pictures, fc.infiniteStream(fc.nat(1000)), (all, random) => {
        const { report } = reportOfAll(all);
        const keys = new Map(all.map((picture) => [picture, random.next().value]));
        const shuffled = all.toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0));
        const other = reportOfAll(shuffled);
        expect(other.report).toEqual(report);
        expect(readAgain(other.entries)).toEqual(report);
        const merged = new BestPictures(2);
        for (const part of [0, 1, 2])
          merged.addReport(reportOfAll(shuffled.filter((_, place) => place % 3 === part)).report);
        expect(merged.report).toEqual(report);
      }),
    );
  });

  it('of thousands are told as seldom as they are among the best', () => {
    const entries = Array.from({ length: 3000 }, (_, place) => {
      const value = ((place * 7919) % 3001) / 3001;
      const layer = { relevanceAt: [0], activationAt: [0], activation: Float32Array.of(0) };
      const part = { width: 1, height: 1, crop: { x: 0, y: 0, width: 1, height: 1 } };
      const channels = { ...part, layers: [{ ...layer, relevance: Float32Array.of(value) }] };
      return { file: `${place}.png`, channels };
    });
    const best = new BestPictures(1);
    const told = entries.filter(
      ({ file, channels }) => (best.take(file, channels).layers[0]?.relevance.length ?? 0) > 0,
    );
    // Of random ones 9 (1 + ln(3000 / 9)).
    expect(told.length).toBeGreaterThan(KEPT);
    expect(told.length).toBeLessThan(120);
  });
});

const CHANNELS_OF_REPORT: ReportChannels = {
  pictures: [{ file: '1.png', width: 4, height: 3, crop: { x: 0, y: 0, width: 4, height: 3 } }],
  layers: [
    {
      relevance: [[[0, 0.1, 3]], [], [[0, 0.3, 2]], [[0, 0.1, 0]]],
      activation: [[], [[0, 7, 1]]],
    },
    { relevance: [], activation: [] },
  ],
};

describe('the channels of a report', () => {
  it('come with the most excited first, those that nothing excites not at all', () => {
    const [layer] = CHANNELS_OF_REPORT.layers;
    const order = layer && rankedChannels(layer, 'relevance').map(({ channel }) => channel);
    expect(order).toEqual([2, 0, 3]);
  });

  it('are told of the layers that Relevance-CAM explains', () => {
    const { layers } = reportOf([]).plan;
    expect(layersWithChannels(layers, CHANNELS_OF_REPORT).map(({ label }) => label)).toEqual(['layer1']);
  });

  it('keep their numbers where only the best are left', () => {
    const [layer] = onlyBest(CHANNELS_OF_REPORT, 1).layers;
    expect(layer).toEqual({ relevance: [[], [], [[0, 0.3, 2]], []], activation: [[], [[0, 7, 1]]] });
  });

  it('are read as they were written; an older report has none', () => {
    const report = { ...reportOf([], { channels: true }), channels: CHANNELS_OF_REPORT };
    expect(parseReport('r', reportText(report))).toEqual(report);
    const isNew = (key: string): boolean => key === 'channels';
    const older = JSON.stringify(reportOf([]), (key, value: unknown) => (isNew(key) ? undefined : value));
    expect(parseReport('r', older)).toEqual(reportOf([]));
  });

  it('that are damaged are told where', () => {
    const layers = [{ relevance: [[[0, 'much', 1]]], activation: [] }];
    const report = { ...reportOf([], { channels: true }), channels: { pictures: [], layers } };
    expect(failureOf(() => parseReport('r', JSON.stringify(report)))?.parameters).toEqual({
      file: 'r',
      place: 'channels.layers.0.relevance',
    });
  });
});
