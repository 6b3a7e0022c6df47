import * as assert from 'node:assert/strict';

import { cancelled } from '../../../src/extension/client/engineError.js';
import { longTask } from '../../../src/extension/commands/longTask.js';

describe('what takes long', () => {
  it('answers with what was done', async () => {
    assert.equal(await longTask('Counting', () => Promise.resolve(3)), 3);
  });

  it('is no failure where the user cancels it', async () => {
    assert.equal(await longTask<number>('Counting', () => Promise.reject(cancelled())), undefined);
  });

  it('fails as its task does', async () => {
    const failure = new Error('nothing to count');
    await assert.rejects(
      longTask('Counting', () => Promise.reject(failure)),
      failure,
    );
  });
});
