// What the documents promise is there: paths, commands, settings.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import { HELP } from '../../../src/cli/help.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const DOCUMENTS = [
  ...['README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'],
  ...['src/engine/rules/README.md', 'src/engine/methods/README.md'],
];

const SOURCES = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).map((file) =>
  file.replaceAll('\\', '/'),
);

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** What a pattern's first group finds in the documents, each once. */
function named(pattern: RegExp, documents: readonly string[] = DOCUMENTS): string[] {
  const found = documents.flatMap((file) =>
    Array.from(read(file).matchAll(pattern), ([, name]) => name ?? ''),
  );
  expect(found.length).toBeGreaterThan(0);
  return [...new Set(found)];
}

function section(file: string, title: string): string {
  const [, text = ''] = read(file).split(`\n## ${title}\n`);
  return text.split('\n## ')[0] ?? '';
}

const Manifest = v.object({
  scripts: v.record(v.string(), v.string()),
  contributes: v.object({
    configuration: v.object({ properties: v.record(v.string(), v.unknown()) }),
  }),
});
const manifest = v.parse(Manifest, JSON.parse(read('package.json')));

describe('the documents', () => {
  test('name paths that exist', () => {
    const paths = named(/`((?:src|test|tools|scripts|media|l10n)\/[\w./-]+)`/g);
    expect(paths.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  test('name files of the code, by the end of their path, that exist', () => {
    const files = named(/`((?:[\w-]+\/)+[\w.-]+\.(?:ts|tsx|mjs|md))`/g, ['ARCHITECTURE.md']);
    const exists = (name: string): boolean =>
      existsSync(path.join(ROOT, name)) || SOURCES.some((file) => `/${file}`.endsWith(`/${name}`));
    expect(files.filter((file) => !exists(file))).toEqual([]);
  });

  test('ARCHITECTURE.md is short enough to be read in one go', () => {
    expect(read('ARCHITECTURE.md').split('\n').length).toBeLessThan(300);
  });

  test.each(DOCUMENTS)('%s links to what exists', (document) => {
    const links = Array.from(read(document).matchAll(/\]\((?!https:|#)([^)#]+)/g), ([, file = '']) => file);
    const folder = path.dirname(path.join(ROOT, document));
    expect(links.filter((file) => !existsSync(path.join(folder, file)))).toEqual([]);
  });

  test('name commands that exist', () => {
    const scripts = named(/npm run ([\w:]+)/g);
    expect(scripts.filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
  });

  test('name settings that exist', () => {
    const { properties } = manifest.contributes.configuration;
    const settings = named(/`"?(relevanceCam(?:\.\w+)+)/g);
    expect(settings.filter((name) => !Object.hasOwn(properties, name))).toEqual([]);
  });

  test('name options of the command line that exist', () => {
    const options = Array.from(
      section('README.md', 'Command line').matchAll(/(--[a-z]+)/g),
      ([name]) => name,
    );
    expect(options.length).toBeGreaterThan(0);
    expect(options.filter((name) => !HELP.includes(name))).toEqual([]);
  });
});
