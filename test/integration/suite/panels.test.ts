import * as assert from 'node:assert/strict';
import { basename } from 'node:path';
import { commands, Uri, window, workspace } from 'vscode';

import type { App } from '../../../src/extension/commands/app.js';
import { COMMANDS } from '../../../src/extension/editor/ids.js';
import type { ExportKind } from '../../../src/protocol/engineApi.js';
import { activated, answering, explained, inWorkspace, samplePicture, settled } from './host.js';
import { DISPLAY } from '../../display.js';

let app: App;
let deaths = 0;

/** Once so many tabs are open. */
function tabsOpen(count: number): Promise<void> {
  const { tabGroups } = window;
  return new Promise((resolve) => {
    const check = (): void => {
      if (tabGroups.all.flatMap(({ tabs }) => tabs).length !== count) return;
      subscription.dispose();
      resolve();
    };
    const subscription = tabGroups.onDidChangeTabs(check);
    check();
  });
}

describe('panels', () => {
  before(async () => {
    app = await activated();
    await app.models.use(inWorkspace('sample.onnx').fsPath);
    app.engine.onEvent(() => deaths++);
  });

  beforeEach(() => {
    deaths = 0;
  });

  afterEach(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  describe('two panels at once', () => {
    it('each show their own picture, as if they were alone', async () => {
      const pictures = [await samplePicture(app), await samplePicture(app, 1)];
      const panels = pictures.map((picture) => app.panels.explain(picture));
      const together = await Promise.all(panels.map(explained));
      const alone = [];
      for (const panel of panels) {
        panel.retry();
        alone.push(await explained(panel));
      }
      assert.deepEqual(
        together.map(({ probabilities }) => probabilities),
        alone.map(({ probabilities }) => probabilities),
      );
      assert.notDeepEqual(together[0]?.probabilities, together[1]?.probabilities);
      assert.deepEqual(
        panels.map(({ subject }) => subject.image.path),
        pictures.map(({ fsPath }) => fsPath),
      );
    });

    it('leave the other to its work when one is closed at its own', async () => {
      const staying = app.panels.explain(await samplePicture(app));
      const closing = app.panels.explain(await samplePicture(app, 1));
      assert.ok(closing.working);
      await commands.executeCommand('workbench.action.closeActiveEditor');
      assert.equal(app.panels.current, staying);
      await explained(staying);
      assert.equal(closing.working, false);
      assert.equal(deaths, 0);
      assert.equal((await explained(app.panels.explain(closing.image))).layers.length > 0, true);
    });
  });

  describe('their tabs', () => {
    const other = inWorkspace('elsewhere');
    const labels = (): readonly string[] =>
      window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ label }) => label));

    after(async () => {
      await workspace.fs.delete(other, { recursive: true });
    });

    it('begin with the picture, and say its folder where another shows one of the same name', async () => {
      const picture = await samplePicture(app);
      const name = basename(picture.fsPath);
      const twin = Uri.joinPath(other, name);
      await workspace.fs.copy(picture, twin);
      for (const one of [picture, twin]) await explained(app.panels.explain(one));
      assert.deepEqual(labels(), [`${name} – Relevance`, `${name} (elsewhere) – Relevance`]);
    });
  });

  describe('more pictures than are likely to be meant', () => {
    const nine = async (): Promise<readonly Uri[]> =>
      Promise.all(Array.from({ length: 9 }, (_, index) => samplePicture(app, index)));

    it('are explained after a question only', async () => {
      const pictures = await nine();
      const explain = (): Thenable<unknown> =>
        commands.executeCommand(COMMANDS.explain, pictures[0], pictures);
      const asked = await answering(() => undefined, explain);
      assert.deepEqual(asked, ['9 pictures are selected. Each is explained in a panel of its own.']);
      assert.equal(app.panels.current, undefined);
      await answering(() => 'Open 9 Panels', explain);
      await tabsOpen(9);
      for (const picture of pictures) await settled(app.panels.explain(picture));
    });

    it('are explained at once where they are eight', async () => {
      const pictures = (await nine()).slice(1);
      const asked = await answering(
        () => undefined,
        () => commands.executeCommand(COMMANDS.explain, pictures[0], pictures),
      );
      assert.deepEqual(asked, []);
      await tabsOpen(8);
    });
  });

  describe('an export', () => {
    const folder = inWorkspace('exported');
    before(async () => {
      await workspace.fs.createDirectory(folder);
    });

    after(async () => {
      await workspace.fs.delete(folder, { recursive: true });
    });

    /** @returns what was asked */
    async function exportInto(answer: string | undefined): Promise<readonly unknown[]> {
      const panel = app.panels.explain(await samplePicture(app));
      await explained(panel);
      const kinds: readonly ExportKind[] = ['overlay', 'map'];
      const wanted = { kinds, tensor: panel.tensor, display: DISPLAY, partial: null };
      return answering(
        (dialog) =>
          new Map<string, unknown>([
            ['showOpenDialog', [folder]],
            ['showWarningMessage', answer],
          ]).get(dialog),
        () => commands.executeCommand(COMMANDS.exportLayer, wanted),
      );
    }

    async function contents(): Promise<readonly string[]> {
      const names = (await workspace.fs.readDirectory(folder)).map(([name]) => name).sort();
      const files = await Promise.all(names.map((name) => workspace.fs.readFile(Uri.joinPath(folder, name))));
      return files.map((bytes) => Buffer.from(bytes).toString('base64'));
    }

    it('replaces files only when told to', async () => {
      const question = `Files of these names already exist in ${basename(folder.fsPath)}. Replace them?`;
      assert.ok(!(await exportInto(undefined)).includes(question));
      const exported = await contents();
      assert.equal(exported.length, 2);

      const [[name] = ['']] = await workspace.fs.readDirectory(folder);
      await workspace.fs.writeFile(Uri.joinPath(folder, name), Buffer.from('kept'));
      const changed = await contents();
      assert.ok((await exportInto(undefined)).includes(question));
      assert.deepEqual(await contents(), changed);

      await exportInto('Replace');
      assert.deepEqual(await contents(), exported);
    });

    it('of passes that were stopped writes what was shown of them, marked as a part', async () => {
      const panel = app.panels.explain(await samplePicture(app));
      const [layer] = (await explained(panel)).layers;
      assert.ok(layer);
      const partial = { layer, through: 0.4 };
      const wanted = { kinds: ['raw'], tensor: layer.tensor, display: DISPLAY, partial };
      const part = inWorkspace('part');
      await workspace.fs.createDirectory(part);
      await answering(
        (dialog) => (dialog === 'showOpenDialog' ? [part] : undefined),
        () => commands.executeCommand(COMMANDS.exportLayer, wanted),
      );
      const names = (await workspace.fs.readDirectory(part)).map(([name]) => name);
      await workspace.fs.delete(part, { recursive: true });
      assert.equal(names.length, 2);
      for (const name of names) assert.match(name, /\.partial\./);
    });
  });
});
