import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { hostTexts, placeholders, readStrings, ROOT } from './texts.js';

const HANGUL = /[가-힣]/;

/** For a gradient, a picture, localisation and the layer’s own resolution, each of which has one. */
const OTHER_WORDS = /기울기|경사|그레이디언트|그라디언트|사진|그림|국소화|지역화|고유 해상도/;

/** Texts that read the same in every language: names, and placeholders with signs between them. */
function isUniversal(text: string): boolean {
  return !/[a-z]/.test(text.replaceAll(/\{\w+\}|z[⁺ᴮ]|Relevance-CAM|Hoyer|IoU|TensorFlow/g, ''));
}

describe('the Korean texts of the host and the page', () => {
  const english = hostTexts();
  const korean = readStrings('l10n/bundle.l10n.ko.json');

  it('cover every text', () => {
    expect([...english].filter((text) => !korean.has(text))).toEqual([]);
  });

  it('hold nothing that is no longer said', () => {
    expect([...korean.keys()].filter((text) => !english.has(text))).toEqual([]);
  });

  it('keep every placeholder', () => {
    for (const [text, translation] of korean)
      expect(placeholders(translation), text).toEqual(placeholders(text));
  });

  it('count pictures by their own word', () => {
    const counted = [...korean.values()].filter((text) => /이미지 ?(\{\w+\}|\d+)개/.test(text));
    expect(counted).toEqual([]);
  });

  it('have one word for a gradient, a picture, localisation and the layer’s own resolution', () => {
    const others = [...korean.values()].filter((text) => OTHER_WORDS.test(text) || text.includes('네이티브'));
    expect(others).toEqual([]);
    expect(korean.get('Native')).toBe('원 해상도');
    expect(korean.get('Localisation')).toBe('위치 추정');
  });

  it('read the percent sign as it is spoken: a word that ends in a vowel', () => {
    const afterConsonants = /(%|\{(percent|share|probability)\})(을|은|과|으로|이(?![고며]))/;
    expect([...korean.values()].filter((text) => afterConsonants.test(text))).toEqual([]);
  });

  it('are Korean', () => {
    const left = [...korean].filter(([text, translation]) => !HANGUL.test(translation) && !isUniversal(text));
    expect(left).toEqual([]);
  });
});

describe('the Korean texts of the manifest', () => {
  const english = readStrings('package.nls.json');
  const korean = readStrings('package.nls.ko.json');
  const named = new Set(
    [...readFileSync(join(ROOT, 'package.json'), 'utf8').matchAll(/"%([^"%]+)%"/g)].map(([, key]) => key),
  );

  it('have the keys that the manifest names', () => {
    expect(new Set(english.keys())).toEqual(named);
    expect(new Set(korean.keys())).toEqual(named);
  });

  it('have the same words for a gradient, a picture and localisation', () => {
    expect([...korean.values()].filter((text) => OTHER_WORDS.test(text))).toEqual([]);
  });

  it('are Korean, and lead to the same commands', () => {
    const commands = (text: string): string[] =>
      [...text.matchAll(/\(command:[\w.]+\)/g)].map(([link]) => link);
    for (const [key, text] of english) {
      const translation = korean.get(key) ?? '';
      expect(translation, key).toMatch(HANGUL);
      expect(commands(translation), key).toEqual(commands(text));
    }
  });
});
