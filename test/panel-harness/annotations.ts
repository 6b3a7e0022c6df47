/** A box around each of the two things of the made-up picture. */
import type { Region } from '../../src/protocol/annotations.js';
import type { PanelAnnotations } from '../../src/protocol/panel.js';

export function makeAnnotations(): PanelAnnotations {
  const region = (name: string, target: number, x: number, y: number, width: number): Region => ({
    file: 'zebra_elephant.xml',
    name,
    target,
    shape: { kind: 'box', box: { x, y, width, height: width } },
  });
  return {
    regions: [region('African elephant', 0, 18, 84, 98), region('zebra', 3, 132, 108, 68)],
    problems: [],
  };
}
