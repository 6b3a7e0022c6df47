// What the package says of the licences of others. That it names all of them is checked in the package itself.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';

const SCRIPT = pathToFileURL(path.resolve(import.meta.dirname, '../../../scripts/notices.mjs')).href;
const PROGRAM = `
  import { notices, packageFolder } from '${SCRIPT}';
  process.stdout.write(notices(process.argv.slice(1).map(packageFolder)));
`;
const folder = mkdtempSync(path.join(tmpdir(), 'relevance-cam-notices-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Package {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** Makes a package; returns a file deep inside it. */
function install(manifest: Package, files: Readonly<Record<string, string>> = {}, inside = folder): string {
  const place = path.join(inside, 'node_modules', manifest.name);
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, 'package.json'), JSON.stringify(manifest));
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(place, name), text);
  return path.join(place, 'lib/deep/index.js');
}

function noticesOf(files: readonly string[]): { readonly text: string; readonly error: string } {
  const args = ['--input-type=module', '--eval', PROGRAM, '--', ...files];
  const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { text: stdout, error: stderr };
}

describe('third-party notices', () => {
  test('hold the licence and the notices of every package, once, by name', () => {
    const outer = install(
      { name: 'zeta', version: '2.0.0', license: 'ISC' },
      { 'License.txt': 'All may use zeta.\r\n', 'NOTICE.md': 'zeta has parts of eta.', 'index.js': 'code' },
    );
    const inner = install(
      { name: '@scope/alpha', version: '1.2.3', license: 'MIT' },
      { COPYING: 'All may use alpha.' },
      path.join(folder, 'node_modules/zeta'),
    );
    const { text, error } = noticesOf([outer, inner, outer]);
    expect(error).toBe('');
    const rule = '='.repeat(80);
    expect(text.split('\n\n\n').slice(1)).toEqual([
      `${rule}\n@scope/alpha 1.2.3 (MIT)\n${rule}\n\nAll may use alpha.`,
      `${rule}\nzeta 2.0.0 (ISC)\n${rule}\n\nAll may use zeta.\n\n---\n\nzeta has parts of eta.`,
    ]);
  });

  test('of the LGPL hold its text, and the list of libraries under it', () => {
    const file = install(
      { name: 'native', version: '1.0.0', license: 'Apache-2.0 AND LGPL-3.0-or-later' },
      { 'README.md': 'Made of libsomething.', LICENSE: 'Apache' },
    );
    const { text } = noticesOf([file]);
    for (const part of ['Apache', 'Made of libsomething.', 'GNU LESSER GENERAL PUBLIC LICENSE'])
      expect(text).toContain(part);
  });

  test('are refused where a licence is missing', () => {
    const bare = install({ name: 'bare', version: '1.0.0', license: 'MIT' }, { 'README.md': 'MIT' });
    const { text, error } = noticesOf([bare]);
    expect(text).toBe('');
    expect(error).toContain('bare (MIT) has no licence file. Look up the licence in its repository');
  });

  test('are refused where a package whose licence was looked up has another now', () => {
    const changed = install({ name: 'onnxruntime-common', version: '9.0.0', license: 'Apache-2.0' });
    expect(noticesOf([changed]).error).toContain('onnxruntime-common is under Apache-2.0 now, not MIT');
  });

  test('are refused where the native libraries of a package are of another version', () => {
    const newer = install({ name: 'onnxruntime-node', version: '99.0.0', license: 'MIT' });
    expect(noticesOf([newer]).error).toContain('onnxruntime-node 99.0.0 holds libraries of others, but');
  });
});
