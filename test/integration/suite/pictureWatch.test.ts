import * as assert from 'node:assert/strict';
import { commands, RelativePattern, Uri, workspace } from 'vscode';

import { COMMANDS } from '../../../src/extension/editor/ids.js';
import { PictureWatch } from '../../../src/extension/panel/fileWatch.js';
import type { ExportKind } from '../../../src/protocol/engineApi.js';
import { DISPLAY } from '../../display.js';
import { activated, answering, explained, inWorkspace, samplePicture } from './host.js';

/** Once a file whose name ends so appears in a folder of the workspace, or changes there. */
function written(folder: Uri, ending: string): Promise<Uri> {
  const watcher = workspace.createFileSystemWatcher(new RelativePattern(folder, '*'));
  return new Promise((resolve) => {
    const hear = (file: Uri): void => {
      if (!file.path.endsWith(ending)) return;
      watcher.dispose();
      resolve(file);
    };
    watcher.onDidCreate(hear);
    watcher.onDidChange(hear);
  });
}

describe('beside a picture', () => {
  after(async () => {
    await commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('what is exported is not taken for what marks something in it, which is heard of', async () => {
    const app = await activated();
    await app.models.use(inWorkspace('sample.onnx').fsPath);
    const picture = await samplePicture(app);
    const folder = Uri.joinPath(picture, '..');
    const panel = app.panels.explain(picture);
    await explained(panel);

    const heard = new Set<string>();
    let told = (): void => undefined;
    const tell = (what: string) => (): void => {
      heard.add(what);
      told();
    };
    /** Once it is heard of. */
    const hears = (what: string): Promise<void> =>
      new Promise((resolve) => {
        told = () => {
          if (heard.has(what)) resolve();
        };
        told();
      });
    const watch = new PictureWatch(tell('picture'), tell('marks'));
    watch.watch(picture.fsPath);

    const kinds: readonly ExportKind[] = ['overlay', 'raw'];
    const wanted = { kinds, tensor: panel.tensor, display: DISPLAY, partial: null };
    const endings = ['.overlay.png', '.npy', '.json'];
    const exported = Promise.all(endings.map((ending) => written(folder, ending)));
    await answering(
      (dialog) => (dialog === 'showOpenDialog' ? [folder] : undefined),
      () => commands.executeCommand(COMMANDS.exportLayer, wanted),
    );
    const files = await exported;
    // Of two changes the later is told later; after the second time nothing is to come of the export any more.
    for (let time = 0; time < 2; time++) {
      heard.delete('picture');
      await workspace.fs.writeFile(picture, await workspace.fs.readFile(picture));
      await hears('picture');
    }
    assert.equal(heard.has('marks'), false);

    const xml = picture.with({ path: picture.path.replace(/\.\w+$/, '.xml') });
    await workspace.fs.writeFile(xml, Buffer.from('<annotation/>'));
    await hears('marks');

    watch.dispose();
    for (const made of [xml, ...files]) await workspace.fs.delete(made);
    await explained(panel);
  });
});
