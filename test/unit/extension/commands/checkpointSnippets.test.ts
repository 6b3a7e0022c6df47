// The lines that the command copies fit the Python file that the package holds.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { CALLBACK_FILE, SNIPPETS } from '../../../../src/extension/commands/checkpointSnippets.js';

const ROOT = join(import.meta.dirname, '../../../..');
const python = readFileSync(join(ROOT, 'media/python', CALLBACK_FILE), 'utf8');
const classBody = /^class CheckpointExport:.*?(?=^\S)/ms.exec(python)?.[0] ?? '';

function all(text: string, pattern: RegExp): string[] {
  return Array.from(text.matchAll(pattern), ([, name = '']) => name);
}

/** The parameters of the public functions of the file; a Lightning callback hands those of the class on. */
function parametersOf(name: string): string[] {
  const head = name === 'CheckpointExport' ? 'def __init__' : `def ${name}`;
  const start = python.indexOf(`${head}(`);
  return all(python.slice(start, python.indexOf(') ->', start)), /^\s+\**(\w+)[:,]/gm);
}

describe.each(SNIPPETS)('the lines for $name', ({ code }) => {
  const [imported = ''] = all(code, /^from relevance_cam_checkpoints import (\w+)$/gm);

  test('import what the file defines', () => {
    expect(all(python, /^(?:class|def) (\w+)/gm)).toContain(imported);
  });

  test('pass what it takes', () => {
    const start = code.indexOf(`${imported}(`, code.indexOf('import ') + 'import '.length + imported.length);
    const call = code.slice(start, code.indexOf('\n', code.indexOf(')\n', start)));
    const passed = all(call, /\b(\w+)=/g);
    expect(passed).toContain('class_names');
    const known = [...parametersOf(imported), ...parametersOf('CheckpointExport')];
    expect(passed.filter((name) => !known.includes(name))).toEqual([]);
  });

  test('call what it offers', () => {
    const methods = all(classBody, /^ {4}def ([a-z]\w*)\(self/gm);
    expect(all(code, /\bexport\.(\w+)\(/g).filter((name) => !methods.includes(name))).toEqual([]);
  });
});

test('the file is demanded of the package', () => {
  expect(readFileSync(join(ROOT, 'scripts/package.mjs'), 'utf8')).toContain(
    `'media/python/${CALLBACK_FILE}'`,
  );
});

test('the file needs nothing but the standard library and PyTorch when it is imported', () => {
  const imports = all(python, /^(?:import|from) (\w+)/gm);
  const standard = ['copy', 'importlib', 'inspect', 'json', 'os', 'shutil', 'sys', 'tempfile', 'warnings'];
  const others = ['__future__', 'concurrent', 'contextlib', 'pathlib', 'typing'];
  expect(imports.filter((name) => ![...standard, ...others].includes(name))).toEqual([]);
});
