import * as assert from 'node:assert/strict';
import * as v from 'valibot';
import { commands, extensions } from 'vscode';

import { COMMANDS, EXTENSION_ID } from '../../../src/extension/editor/ids.js';
import { activated } from './host.js';

const MANIFEST = v.object({
  contributes: v.object({ commands: v.array(v.object({ command: v.string(), title: v.string() })) }),
});

function manifest(): v.InferOutput<typeof MANIFEST> {
  const extension = extensions.getExtension(EXTENSION_ID);
  assert.ok(extension);
  return v.parse(MANIFEST, extension.packageJSON);
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
