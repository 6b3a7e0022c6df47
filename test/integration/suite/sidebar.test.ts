import * as assert from 'node:assert/strict';
import { commands, env } from 'vscode';

import type { App } from '../../../src/extension/commands/app.js';
import { COMMANDS } from '../../../src/extension/editor/ids.js';
import type { LayerNode } from '../../../src/protocol/model.js';
import { activated, explained, inWorkspace, samplePicture } from './host.js';

let app: App;

function leaves(node?: LayerNode): LayerNode[] {
  const children = app.sidebar.layers.getChildren(node);
  return node !== undefined && children.length === 0 ? [node] : children.flatMap(leaves);
}

describe('the layer tree', () => {
  before(async () => {
    app = await activated();
  });

  afterEach(async () => {
    app.sidebar.layers.setFilter('');
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  const model = inWorkspace('sample.onnx');

  it('shows a model that explains nothing yet', async () => {
    await commands.executeCommand(COMMANDS.openLayerTree, model);
    assert.equal(app.sidebar.layers.model?.path, model.fsPath);
    const [first] = leaves();
    assert.ok(first);
    const item = app.sidebar.layers.getTreeItem(first);
    assert.match(String(item.description), /\d+×\d+×\d+ · zᴮ$/);
    assert.ok(typeof item.tooltip === 'string');
    assert.match(item.tooltip, /relevance passes this operator by the zᴮ rule/);
    // Its parameters and attributes.
    assert.match(item.tooltip, /\n\S+ \d+×3×(\d+)×\1 · .*\bkernel_shape \1, \1\b/);
    assert.equal(item.command?.command, COMMANDS.revealLayer);
  });

  it('gives the name of a layer’s tensor to the clipboard: of the one clicked, or of the one the panel shows', async () => {
    await commands.executeCommand(COMMANDS.openLayerTree, model);
    const [first] = leaves();
    await commands.executeCommand(COMMANDS.copyTensorName, first);
    assert.equal(await env.clipboard.readText(), first?.tensor);
    const panel = app.panels.explain(await samplePicture(app));
    await explained(panel);
    await commands.executeCommand(COMMANDS.copyTensorName);
    assert.equal(await env.clipboard.readText(), panel.tensor);
    assert.notEqual(panel.tensor, first?.tensor);
  });

  it('says what is wrong with a model in its place', async () => {
    await commands.executeCommand(COMMANDS.openLayerTree, inWorkspace('missing.onnx'));
    assert.equal(app.sidebar.layers.model, null);
    assert.deepEqual(leaves(), []);
  });

  it('is narrowed by a filter; parents of what matches stay', async () => {
    await commands.executeCommand(COMMANDS.openLayerTree, model);
    const all = leaves();
    const wanted = all.at(-1);
    assert.ok(wanted);
    app.sidebar.layers.setFilter(wanted.path);
    assert.ok(leaves().some(({ path }) => path === wanted.path));
    assert.ok(leaves().length < all.length);
    for (let node: LayerNode | undefined = leaves()[0]; node !== undefined;) {
      const parent = app.sidebar.layers.getParent(node);
      if (parent === undefined) assert.ok(app.sidebar.layers.getChildren().includes(node));
      node = parent;
    }
    await commands.executeCommand(COMMANDS.clearLayerFilter);
    assert.equal(leaves().length, all.length);
  });

  it('follows the panel', async () => {
    await commands.executeCommand(COMMANDS.openLayerTree, inWorkspace('missing.onnx'));
    await app.models.use(model.fsPath);
    await commands.executeCommand(COMMANDS.explain, await samplePicture(app));
    assert.ok(app.panels.current);
    await explained(app.panels.current);
    assert.equal(app.sidebar.layers.model?.path, model.fsPath);
  });
});
