import * as assert from 'node:assert/strict';
import { commands, workspace } from 'vscode';

import type { App } from '../../../src/extension/commands/app.js';
import { activated, explained, inWorkspace, samplePicture } from './host.js';

describe('the method that is set', () => {
  let app: App;
  const set = (method: string | undefined): Thenable<void> =>
    workspace.getConfiguration('relevanceCam').update('method', method);

  before(async () => {
    app = await activated();
    await app.models.use(inWorkspace('sample.onnx').fsPath);
  });

  afterEach(async () => {
    await set(undefined);
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('explains new panels, where it takes a pass a channel no layer before that is asked for', async () => {
    await set('score-cam');
    const { method, layers, predictions } = await explained(app.panels.explain(await samplePicture(app)));
    assert.equal(method, 'score-cam');
    assert.deepEqual(layers, []);
    assert.ok(predictions.length > 0);
  });
});
