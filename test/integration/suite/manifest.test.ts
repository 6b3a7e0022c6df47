import * as assert from 'node:assert/strict';
import { commands, extensions } from 'vscode';

import { COMMANDS, EXTENSION_ID } from '../../../src/extension/ids.js';
import { activated } from './host.js';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
  };
}

function manifest(): Manifest {
  const extension = extensions.getExtension(EXTENSION_ID);
  assert.ok(extension);
  const contents: Manifest = extension.packageJSON;
  return contents;
}

describe('the manifest', () => {
  before(activated);

  it('names exactly the commands that exist', async () => {
    const named = manifest().contributes.commands.map(({ command }) => command);
    assert.deepEqual(named.sort(), Object.values<string>(COMMANDS).sort());
    const registered = new Set(await commands.getCommands(true));
    for (const command of named) assert.ok(registered.has(command), command);
  });

  it('has a title for every command', () => {
    for (const { command, title } of manifest().contributes.commands)
      assert.doesNotMatch(title, /%/, command);
  });
});
