import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

import { ERROR_TEXTS } from '../../../../src/protocol/errors.js';
import { PANEL_STRINGS } from '../../../../src/protocol/panelStrings.js';
import { ownTexts, ROOT } from './texts.js';

const SINGULARS: Readonly<Record<string, string>> = {
  ...{ channels: 'channel', checkpoints: 'checkpoint', classes: 'class', explanations: 'explanation' },
  ...{ files: 'file', layers: 'layer', models: 'model', numbers: 'number', pairs: 'pair', panels: 'panel' },
  ...{ 'forward passes': 'forward pass', pictures: 'picture', places: 'place' },
};

/** So many things; not what is a part of so many. */
const SEVERAL = new RegExp(`(?<!\\bof )\\{(?:count|n|\\d)\\} (${Object.keys(SINGULARS).join('|')})\\b`, 'i');

/** Never said of one. */
const ALWAYS_SEVERAL = [
  // One file is named.
  'Exported {0} files to {1}.',
  // As many as one is asked about.
  'Open {0} Panels',
  '{0} pictures are selected. Each is explained in a panel of its own.',
  // Of three channels; for one there is a text of its own.
  '{count} numbers, separated by commas.',
  // A constant.
  'up to {count} explanations by a copy of the model',
  // A classifier has two at least.
  ERROR_TEXTS.unknownClass,
  ERROR_TEXTS.pairScores,
];

describe('the English texts', () => {
  it('about several things have one beside them about a single thing', () => {
    // What the page has of one is no text of the host.
    const ofHost = ownTexts();
    const ofPage = new Set([...Object.values(PANEL_STRINGS), ...Object.values(ERROR_TEXTS)]);
    const alone = [ofHost, ofPage].flatMap((texts) => [...texts].filter((text) => isAlone(text, texts)));
    expect(new Set(alone)).toEqual(new Set(ALWAYS_SEVERAL));
  });

  it('of the page are all said, also those about a single thing', () => {
    // The others are named after what they are about, and found by that.
    const names = Object.keys(PANEL_STRINGS).filter((name) => /^\w+$/.test(name));
    const folder = join(ROOT, 'src');
    const code = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
    const used = new Set(Array.from(code.matchAll(/\b(\w+)\b(?!:)/g), ([, name]) => name));
    expect(names.filter((name) => !used.has(name))).toEqual([]);
  });
});

function isAlone(text: string, texts: ReadonlySet<string>): boolean {
  const single = text.replace(
    SEVERAL,
    (_, things: string) => `1 ${SINGULARS[things.toLowerCase()] ?? things}`,
  );
  return single !== text && !texts.has(single);
}
