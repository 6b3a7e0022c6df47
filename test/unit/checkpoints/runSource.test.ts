import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { isOfSource, sourceNamed, sourceOfFiles } from '../../../src/checkpoints/runSource.js';
import { temporaryFolder } from '../image/helpers.js';

const folder = temporaryFolder();

test('a glob is looked for below the folder that it begins with', () => {
  const at = (text: string): unknown => sourceNamed(text, folder.path('work'));
  expect(at('runs/*/epoch_*.pth')).toEqual({ folder: folder.path('work/runs'), files: '*/epoch_*.pth' });
  expect(at('*.onnx')).toEqual({ folder: folder.path('work'), files: '*.onnx' });
  expect(at('../others/**/x.pt')).toEqual({ folder: folder.path('others'), files: '**/x.pt' });
  expect(at(`${folder.path('runs')}/[ab]_1.pt`)).toEqual({ folder: folder.path('runs'), files: '[ab]_1.pt' });
  expect(at('runs')).toEqual({ folder: folder.path('work/runs'), files: null });
});

test('what is there by its name is no glob, whatever characters it has', async () => {
  await mkdir(folder.path('runs/[a] lr=0.1'), { recursive: true });
  await folder.write('runs/[a] lr=0.1/epoch_1.pth', '');
  const runs = folder.path('runs');
  expect(sourceNamed('[a] lr=0.1', runs)).toEqual({ folder: join(runs, '[a] lr=0.1'), files: null });
  const file = sourceNamed('[a] lr=0.1/epoch_1.pth', runs);
  expect(file).toEqual({ folder: join(runs, '[a] lr=0.1'), files: ['epoch_1.pth'] });
});

test('files are told from the folder that all of them lie in', () => {
  const source = sourceOfFiles(['/runs/a/1.pth', '/runs/ab/2.pth']);
  expect(source).toEqual({ folder: '/runs', files: ['a/1.pth', 'ab/2.pth'] });
  expect(['a/1.pth', 'a/2.pth'].filter(isOfSource(source))).toEqual(['a/1.pth']);
  expect(sourceOfFiles(['/1.pth', '/a/2.pth']).folder).toBe('/');
});
