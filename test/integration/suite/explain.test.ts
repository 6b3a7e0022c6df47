import * as assert from 'node:assert/strict';
import * as v from 'valibot';
import { commands, window, workspace } from 'vscode';
import type { Uri } from 'vscode';

import type { App } from '../../../src/extension/commands/app.js';
import { COMMANDS } from '../../../src/extension/editor/ids.js';
import type { ExplainPanel } from '../../../src/extension/panel/explainPanel.js';
import { activated, answering, explained, inWorkspace, samplePicture, settled, shown } from './host.js';

let app: App;
let panel: ExplainPanel;

async function explain(picture: Uri): Promise<ExplainPanel> {
  await commands.executeCommand(COMMANDS.explain, picture);
  const { current } = app.panels;
  assert.ok(current);
  assert.equal(current.image.toString(), picture.toString());
  return current;
}

describe('a panel', () => {
  before(async () => {
    app = await activated();
    await app.models.use(inWorkspace('sample.onnx').fsPath);
    panel = await explain(await samplePicture(app));
  });

  after(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  describe('explaining a picture', () => {
    it('ends in a map of every layer for the predicted class', async () => {
      const { predictions, probabilities, target, layers } = await explained(panel);
      assert.equal(target.index, predictions[0]?.index);
      assert.ok(Math.abs((probabilities?.reduce((sum, one) => sum + one, 0) ?? 0) - 1) < 1e-4);
      const explainable = panel.subject.model?.layers.filter(({ blockedBy }) => blockedBy === null);
      assert.deepEqual(
        layers.map(({ tensor }) => tensor),
        explainable?.map(({ tensor }) => tensor),
      );
      for (const { map, weights, height, width, channels, top } of layers) {
        assert.equal(map.length, height * width);
        assert.equal(weights?.length, channels);
        assert.equal(top.length, Math.min(3, channels));
        assert.ok(map.every(Number.isFinite));
      }
    });

    it('opens one panel a picture', async () => {
      const again = await explain(panel.image);
      assert.equal(again, panel);
      const other = await explain(await samplePicture(app, 1));
      await explained(other);
      assert.notEqual(other, panel);
      assert.equal(window.tabGroups.activeTabGroup.tabs.length, 2);
      await commands.executeCommand('workbench.action.closeActiveEditor');
      assert.equal(app.panels.current, panel);
    });

    it('explains another class on demand', async () => {
      const { predictions } = await explained(panel);
      const second = predictions[1]?.index;
      assert.ok(second !== undefined);
      await commands.executeCommand(COMMANDS.explainClass, second);
      assert.equal((await explained(panel)).target.index, second);
      panel.explainClass(null);
      assert.equal((await explained(panel)).target.index, predictions[0]?.index);
    });

    it('steps through the layers', async () => {
      const tensors = (await explained(panel)).layers.map(({ tensor }) => tensor);
      assert.equal(panel.tensor, tensors.at(-1));
      await commands.executeCommand(COMMANDS.previousLayer);
      assert.equal(panel.tensor, tensors.at(-2));
      await commands.executeCommand(COMMANDS.revealLayer, tensors[0]);
      assert.equal(panel.tensor, tensors[0]);
      await commands.executeCommand(COMMANDS.nextLayer);
      assert.equal(panel.tensor, tensors[1]);
    });

    it('is repeated when the background process is restarted meanwhile', async () => {
      const { predictions } = await explained(panel);
      panel.explainClass(predictions[2]?.index ?? null);
      await commands.executeCommand(COMMANDS.restartEngine);
      assert.equal((await explained(panel)).target.index, predictions[2]?.index);
      panel.explainClass(null);
      await explained(panel);
    });

    it('starts anew when the picture changes on disk', async () => {
      const { values } = await explained(panel);
      const original = await workspace.fs.readFile(panel.image);
      await workspace.fs.writeFile(panel.image, await workspace.fs.readFile(await samplePicture(app, 1)));
      await shown(
        panel,
        ({ explanation, status }) => status.kind === 'ready' && explanation?.values[0] !== values[0],
      );
      await workspace.fs.writeFile(panel.image, original);
      await shown(
        panel,
        ({ explanation, status }) => status.kind === 'ready' && explanation?.values[0] === values[0],
      );
    });
  });

  describe('the expected class', () => {
    it('is what the user says, remembered', async () => {
      const { predictions } = await explained(panel);
      const second = predictions[1];
      assert.ok(second);
      await panel.setExpected(second.index);
      assert.deepEqual(panel.subject.expected, {
        index: second.index,
        label: second.label,
        rank: 2,
        probability: second.probability,
        value: second.value,
      });
      assert.equal(app.memory.expectedClass(panel.image.fsPath), second.label);
      await panel.setExpected(null);
      assert.equal(app.memory.expectedClass(panel.image.fsPath), undefined);
    });
  });

  describe('preprocessing', () => {
    const saved = (): unknown =>
      workspace.getConfiguration('relevanceCam', panel.image).inspect('models')?.workspaceFolderValue;

    it('is saved for the model in the workspace and used at once, and taken back', async () => {
      await explained(panel);
      const { model } = panel.subject;
      assert.ok(model);
      const changed = { ...model.preprocessing, mean: model.preprocessing.mean.map((value) => value + 0.25) };
      await panel.savePreprocessing(changed);
      const { preprocessing } = await shown(
        panel,
        (s) => s.status.kind === 'ready' && s.preprocessing?.source === 'setting',
      );
      assert.deepEqual(preprocessing?.value, changed);
      assert.deepEqual(saved(), { 'sample.onnx': changed });
      await panel.savePreprocessing(null);
      const back = await shown(
        panel,
        (s) => s.status.kind === 'ready' && s.preprocessing?.source !== 'setting',
      );
      assert.deepEqual(back.preprocessing?.value, model.preprocessing);
      assert.equal(saved(), undefined);
    });

    it('is marked among the usual presets where it predicts the expected class', async () => {
      const { target } = await explained(panel);
      await panel.setExpected(target.index);
      const [items] = await answering(
        () => undefined,
        () => commands.executeCommand(COMMANDS.checkPreprocessing),
      );
      const presets = v.parse(v.array(v.object({ label: v.string(), description: v.string() })), items);
      const own = presets.find(({ label }) => label.startsWith('$(check)'));
      assert.match(own?.description ?? '', /the expected class/);
      for (const { description } of presets)
        assert.equal(description.includes('the expected class'), description.startsWith(`${target.label} `));
      await panel.setExpected(null);
    });
  });

  describe('what cannot be explained', () => {
    it('is said in one sentence that names the file; the next request works', async () => {
      await explained(panel);
      const broken = inWorkspace('broken.onnx');
      await workspace.fs.writeFile(broken, Buffer.from('this is a text'));
      await app.models.use(broken.fsPath);
      const { status } = await settled(panel);
      assert.ok(status.kind === 'error');
      assert.match(status.text, /^broken\.onnx is not an ONNX model\./);
      await app.models.use(inWorkspace('sample.onnx').fsPath);
      await explained(panel);
      await workspace.fs.delete(broken);
    });

    it('may be a picture that is none', async () => {
      const none = inWorkspace('none.png');
      await workspace.fs.writeFile(none, Buffer.from('this is a text'));
      const { status } = await settled(await explain(none));
      assert.ok(status.kind === 'error');
      assert.match(status.text, /none\.png/);
      await commands.executeCommand('workbench.action.closeActiveEditor');
      await workspace.fs.delete(none);
    });
  });
});
