// Rules of the house that no linter checks.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const MAX_LINES = 300;

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

/** Text files under version control that people write. */
const sources = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  .toString()
  .split('\n')
  .filter((file) => /\.(ts|tsx|mjs|cjs|js|json|css|md|py|ya?ml)$|^\.ci\//.test(file))
  .filter((file) => !/^package-lock\.json$|\/gen\//.test(file))
  .filter((file) => file !== path.relative(ROOT, import.meta.filename))
  .filter((file) => existsSync(path.join(ROOT, file)));

const Manifest = v.object({
  license: v.string(),
  dependencies: v.record(v.string(), v.string()),
  devDependencies: v.record(v.string(), v.string()),
});
const manifest = v.parse(Manifest, JSON.parse(read('package.json')));

function linesMatching(pattern: RegExp, files: readonly string[]): string[] {
  return files.flatMap((file) =>
    read(file)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
  );
}

describe('the project', () => {
  test.each([
    { of: 'what is shipped', dependencies: manifest.dependencies, file: 'ARCHITECTURE.md' },
    { of: 'the development', dependencies: manifest.devDependencies, file: 'CONTRIBUTING.md' },
  ])('explains every dependency of $of in $file', ({ dependencies, file }) => {
    const text = read(file);
    expect(Object.keys(dependencies).filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });

  test(`has no source file over ${MAX_LINES} lines`, () => {
    const long = sources
      .filter((file) => /^(src|scripts|test\/(bed|e2e))\/.*\.(ts|tsx|mjs)$/.test(file))
      .map((file) => ({ file, lines: read(file).split('\n').length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES);
    expect(long).toEqual([]);
  });

  test('leaves nothing half done', () => {
    expect(linesMatching(/\b(TODO|FIXME|XXX|HACK)\b|\bfor now\b|not implemented/i, sources)).toEqual([]);
    expect(linesMatching(/\b(test|it|describe)\.(only|skip|todo)\b/, sources)).toEqual([]);
    expect(linesMatching(/eslint-disable|@ts-ignore|@ts-expect-error|prettier-ignore/, sources)).toEqual([]);
  });

  test('names no path of somebody’s machine', () => {
    expect(linesMatching(/(?<![\w.])\/(home|Users|root|work|tmp|mnt|srv)\/\w/, sources)).toEqual([]);
  });

  test('keeps its lock file free of where packages were fetched', () => {
    expect(linesMatching(/"resolved": "https?:/, ['package-lock.json'])).toEqual([]);
  });

  test('is under the MIT licence', () => {
    expect(read('LICENSE')).toMatch(/^MIT License/);
    expect(manifest.license).toBe('MIT');
  });

  test('has an executable entry for continuous integration', () => {
    // As git keeps it: not every file system knows modes.
    const entry = execFileSync('git', ['ls-files', '--stage', '.ci/run'], { cwd: ROOT }).toString();
    expect(entry).toMatch(/^100755 /);
  });
});
