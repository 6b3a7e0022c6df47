import * as assert from 'node:assert/strict';
import { workspace } from 'vscode';

import { SETTINGS } from '../../../src/extension/editor/ids.js';
import { defaultDisplay } from '../../../src/extension/editor/settings.js';
import { DEFAULT_EMPHASIS } from '../../../src/protocol/explanation.js';

const configuration = (): ReturnType<typeof workspace.getConfiguration> =>
  workspace.getConfiguration('relevanceCam');

describe('the settings', () => {
  afterEach(() => configuration().update(SETTINGS.emphasis, undefined));

  it('say over how much of a map a picture keeps its colours in a new panel', async () => {
    const found = [defaultDisplay().emphasis];
    for (const percent of [80, 0, null, 120, 'much']) {
      await configuration().update(SETTINGS.emphasis, percent);
      found.push(defaultDisplay().emphasis);
    }
    assert.deepEqual(found, [DEFAULT_EMPHASIS, 0.8, 0, null, DEFAULT_EMPHASIS, DEFAULT_EMPHASIS]);
  });
});
