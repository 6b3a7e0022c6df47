/** A folder of made-up pictures, and what a model said of some of them. */
import type { Judgement } from '../../src/protocol/filmstrip.js';
import type { Thumbnail } from '../../src/protocol/explanation.js';

export const FILMS: readonly string[] = Array.from({ length: 3000 }, (_, index) =>
  index === 1 ? 'zebra_elephant.png' : `zebra_${String(index + 1).padStart(4, '0')}.jpg`,
);

/** Sky over ground, some upright; every ninth cannot be read. */
export function makeThumbnail(name: string): Thumbnail | null {
  const index = FILMS.indexOf(name);
  if (index % 9 === 8) return null;
  const [width, height] = index % 4 === 3 ? [72, 108] : [128, 96];
  const rgba = new Uint8ClampedArray(4 * width * height);
  for (let at = 0; at < width * height; at++) {
    const isGround = at / width > height * (0.5 + 0.2 * Math.sin(index));
    rgba.set(isGround ? [150, 132, 84, 255] : [120 + ((13 * index) % 90), 182, 214, 255], 4 * at);
  }
  return { width, height, rgba };
}

export function makeJudgements(): readonly Judgement[] {
  const of = (index: number, label: string, expected: readonly string[]): Judgement => ({
    name: FILMS[index] ?? '',
    predicted: { label, probability: 0.63, value: 0.63 },
    expected,
    isRight: expected.length === 0 ? null : expected.includes(label),
  });
  return [of(0, 'zebra', ['zebra']), of(1, 'African elephant', ['zebra']), of(2, 'tusker', [])];
}
