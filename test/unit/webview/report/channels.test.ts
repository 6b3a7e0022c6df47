import { describe, expect, it } from 'vitest';

import type { ReportChannels } from '../../../../src/evaluation/channels/excited.js';
import { excitedPart } from '../../../../src/webview/report/channels/excitedPart.js';
import { shownChannels } from '../../../../src/webview/report/channels/shownChannels.js';
import { FIRST_CHOICE } from '../../../../src/webview/report/state/choice.js';
import { reduce, initialState } from '../../../../src/webview/report/state/pageState.js';
import { reportOf } from '../../evaluation/reports.js';

const INPUT = { inputWidth: 8, inputHeight: 8 };
/** 4 × 4 positions, each of which sees a pixel around its own two. */
const SPANS = [
  [0, 3],
  [1, 5],
  [3, 7],
  [5, 8],
] as const;
const LAYER = { width: 4, height: 4, field: { rows: SPANS, columns: SPANS } };

describe('the part of a picture that excites a channel', () => {
  it('goes through crop and resize', () => {
    // The middle 200 × 200 of 400 × 300: an eighth of it is 25 pixels.
    const picture = { file: 'a', width: 400, height: 300, crop: { x: 100, y: 50, width: 200, height: 200 } };
    // The second row, third column.
    expect(excitedPart(picture, INPUT, LAYER, 6)).toEqual({
      part: { x: 100 + 3 * 25, y: 50 + 25, width: 4 * 25, height: 4 * 25 },
      mark: null,
    });
  });

  it('is what of it lies in the picture, where a letterbox goes beyond', () => {
    const picture = { file: 'a', width: 80, height: 40, crop: { x: 0, y: -20, width: 80, height: 80 } };
    expect(excitedPart(picture, INPUT, LAYER, 0).part).toEqual({ x: 0, y: 0, width: 30, height: 10 });
    expect(excitedPart(picture, INPUT, LAYER, 4).part).toEqual({ x: 0, y: 0, width: 30, height: 30 });
  });

  it('is all that the model sees where no field is known, with the position marked in it', () => {
    const picture = { file: 'a', width: 80, height: 80, crop: { x: 0, y: 0, width: 80, height: 80 } };
    expect(excitedPart(picture, INPUT, { width: 4, height: 4 }, 7)).toEqual({
      part: { x: 0, y: 0, width: 80, height: 80 },
      mark: { x: 60, y: 20, width: 20, height: 20 },
    });
  });
});

const CHANNELS: ReportChannels = {
  pictures: [],
  layers: [
    {
      relevance: Array.from({ length: 30 }, (_, channel) => [[0, channel + 1, 0] as const]),
      activation: [[[0, 1, 0]]],
    },
    { relevance: [], activation: [] },
  ],
};
const { layers } = reportOf([]).plan;

describe('the channels in sight', () => {
  it('are the most excited of the deepest layer of which something is known, a dozen at once', () => {
    const shown = shownChannels(layers, CHANNELS, FIRST_CHOICE.channels);
    expect([shown?.layer.label, shown?.found.length, shown?.shown.length]).toEqual(['layer1', 30, 12]);
    expect(shown?.shown[0]?.channel).toBe(29);
    const last = shownChannels(layers, CHANNELS, { ...FIRST_CHOICE.channels, before: 24 });
    expect(last?.shown.map(({ channel }) => channel)).toEqual([5, 4, 3, 2, 1, 0]);
  });

  it('are the one that is looked for, or that the host asks for', () => {
    const asked = { tensor: 'a', channel: 7 };
    const state = reduce(initialState(FIRST_CHOICE), { type: 'showChannel', asked });
    const shown = shownChannels(layers, CHANNELS, state.choice.channels);
    expect(shown?.shown.map(({ channel }) => channel)).toEqual([7]);
    const none = shownChannels(layers, CHANNELS, { ...state.choice.channels, excitement: 'activation' });
    expect(none?.shown).toEqual([]);
  });
});
