import { describe, expect, it } from 'vitest';
import { DEFAULT_EMPHASIS, type Display } from '../../../../src/protocol/explanation.js';
import { PANEL_STRINGS } from '../../../../src/protocol/panelStrings.js';
import { ownBars, shownBars } from '../../../../src/webview/views/shared/figureHead.js';

const VIRIDIS: Display = {
  ...{
    colorMap: 'viridis',
    opacity: 0.6,
    smooth: true,
    mask: false,
    emphasis: DEFAULT_EMPHASIS,
    scale: null,
  },
};
const SEISMIC: Display = { ...VIRIDIS, colorMap: 'seismic' };
const oneSign = Float32Array.of(0, 2, 5);
const bothSigns = Float32Array.of(-3, 0, 1);

describe('the colour bars of maps on scales of their own', () => {
  const scales = (...of: Parameters<typeof ownBars>): readonly unknown[] =>
    ownBars(...of).map(({ scale }) => scale);

  it('reach from the lowest to the highest value', () => {
    expect(scales([oneSign, bothSigns], VIRIDIS, PANEL_STRINGS)).toEqual([[0, 1]]);
  });

  it('lie about zero where that is white, as far as the maps have both signs', () => {
    expect(scales([bothSigns], SEISMIC, PANEL_STRINGS)).toEqual([[-1, 1]]);
    expect(scales([oneSign], SEISMIC, PANEL_STRINGS)).toEqual([[0, 1]]);
    const both = ownBars([oneSign, bothSigns], SEISMIC, PANEL_STRINGS);
    expect(both.map(({ scale, note }) => [...scale, note.split(':')[0]])).toEqual([
      [0, 1, 'maps of one sign'],
      [-1, 1, 'maps of both signs'],
    ]);
  });

  it('are none where a mask stands in the place of colours', () => {
    const bars = ownBars([oneSign], VIRIDIS, PANEL_STRINGS);
    expect(shownBars(VIRIDIS, bars)).toBe(bars);
    expect(shownBars({ ...VIRIDIS, mask: true }, bars)).toEqual([]);
  });
});
