import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { PANEL_STRINGS } from '../../../../src/protocol/panelStrings.js';
import { channelFigure } from '../../../../src/webview/views/channel/channelFigure.js';
import { chosenChannel } from '../../../../src/webview/views/channel/choice.js';
import { DISPLAY } from '../../../display.js';

const WEIGHTS = Float32Array.of(0.1, -0.4, 0.9, 0.3);

describe('the channel chosen', () => {
  it('by rank is that of the n-th highest weight', () => {
    const channels = [1, 2, 3, 4].map((value) => chosenChannel({ by: 'rank', value }, 4, WEIGHTS).channel);
    expect(channels).toEqual([2, 3, 0, 1]);
  });

  it('by number has a rank', () => {
    expect(chosenChannel({ by: 'number', value: 1 }, 4, WEIGHTS)).toEqual({ channel: 1, rank: 4 });
  });

  it('has none where the method weighs no channels', () => {
    expect(chosenChannel({ by: 'number', value: 2 }, 4, null)).toEqual({ channel: 2, rank: null });
    expect(chosenChannel({ by: 'rank', value: 1 }, 4, null)).toEqual({ channel: 0, rank: null });
  });

  it('is always one of the layer’s, and choosing it again by what it says leads back to it', () => {
    const weights = fc.float32Array({ minLength: 1, maxLength: 9, noNaN: true });
    fc.assert(
      fc.property(weights, fc.constantFrom('rank', 'number'), fc.nat(12), (all, by, value) => {
        const { channel, rank } = chosenChannel({ by, value }, all.length, all);
        expect(channel).toBeLessThan(all.length);
        expect(chosenChannel({ by: 'number', value: channel }, all.length, all)).toEqual({ channel, rank });
        expect(chosenChannel({ by: 'rank', value: rank ?? 0 }, all.length, all)).toEqual({ channel, rank });
        expect(all.filter((weight) => weight > (all[channel] ?? NaN)).length).toBeLessThan(rank ?? 0);
        const without = chosenChannel({ by, value }, all.length, null);
        expect(without.channel).toBeGreaterThanOrEqual(0);
        expect(without.channel).toBeLessThan(all.length);
      }),
    );
  });
});

it('says of a channel with the same value everywhere that it says nothing, in place of colours and their scale', () => {
  const crop = { x: 0, y: 0, width: 2, height: 1 };
  const size = { width: 2, height: 1, originalWidth: 2, originalHeight: 1 };
  const picture = { ...size, rgba: new Uint8ClampedArray(8), crop, seen: null };
  const display = { ...DISPLAY, opacity: 1 };
  const maps = [Float32Array.of(0, 0), Float32Array.of(0, 2)].map((values) => ({
    title: '',
    grid: { width: 2, height: 1, values },
  }));
  const { rows, bars } = channelFigure(maps, picture, display, { title: '', subtitle: '' }, PANEL_STRINGS);
  expect(rows[0]?.cells).toHaveLength(2);
  expect(bars.map(({ scale }) => scale)).toEqual([[0, 2]]);
});
