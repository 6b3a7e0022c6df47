// What pictures show, by their folders and by files.
import { expect, test } from 'vitest';

import { EngineError, fail } from '../../../src/engine/failure.js';
import { readTruth } from '../../../src/engine/annotations/readTruth.js';
import { failureOf } from '../image/helpers.js';
import { LABELS, lookAround, markedFolder, picture } from './marked.js';

const folder = markedFolder();

test('a folder is named after what its pictures show where one beside it is named after a class', async () => {
  const { pictures, failures } = await folder.truth([
    'set/cat/1.jpg',
    'set/Bee/1.jpg',
    'set/dog/1.jpg',
    'holiday/beach/1.jpg',
  ]);
  expect(failures).toEqual([]);
  expect(pictures.map(({ targets, unmatched }) => [targets, unmatched])).toEqual([
    [[2], []],
    [[1], []],
    [[], ['dog']],
    [[], []],
  ]);
});

test('of what is marked the largest comes first, behind the folder’s class', async () => {
  const lines = ['1.jpg,bee,0,0,2,2', '1.jpg,ape,0,0,8,8', '1.jpg,ape,8,0,9,8', '1.jpg,dog,0,0,4,4'];
  await folder.write('large/cat/boxes.csv', lines.join('\n'));
  const { pictures } = await folder.truth(['large/cat/1.jpg']);
  expect(pictures).toEqual([
    {
      picture: folder.path('large/cat/1.jpg'),
      targets: [2, 0, 1],
      // What is no class of the model may be the cat.
      regions: [1, 2, 1],
      unmatched: ['dog'],
    },
  ]);
});

test('what is said of a picture is not said of one of the same name in another folder', async () => {
  for (const name of ['named/cat/1.jpg', 'named/bee/1.jpg', 'named/ape/2.jpg']) await folder.write(name, '');
  await folder.write('named/boxes.csv', 'cat/1.jpg,cat,0,0,2,2\napes/2,ape,0,0,2,2');
  const { pictures } = await folder.truth(['named/cat/1.jpg', 'named/bee/1.jpg', 'named/ape/2.jpg']);
  expect(pictures.map(({ targets, regions }) => [targets, regions])).toEqual([
    [[2], [1]],
    [[1], [0]],
    // No apes/2.jpg lies beside it: the folder has another name here.
    [[0], [1]],
  ]);
});

test('a mask without a name takes the class that something else says', async () => {
  await folder.write('masked/1.mask.png', await picture([1, 1, 1], [255]));
  await folder.write('masked/labels.csv', '1.jpg,bee\n2.jpg,cat');
  const { pictures } = await folder.truth(['masked/1.jpg', 'masked/2.jpg']);
  expect(pictures).toMatchObject([
    { targets: [1], regions: [1] },
    { targets: [2], regions: [0] },
  ]);
});

test('what is named goes before what lies beside the picture', async () => {
  await folder.write(
    'both/1.xml',
    '<annotation><object><name>ape</name><bndbox><xmin>0</xmin><ymin>0</ymin><xmax>8</xmax><ymax>8</ymax></bndbox></object></annotation>',
  );
  await folder.write('elsewhere/mine.csv', '1.jpg,bee,0,0,2,2');
  const sources = [folder.path('elsewhere/mine.csv')];
  expect((await folder.truth(['both/1.jpg'])).pictures[0]?.targets).toEqual([0]);
  expect((await folder.truth(['both/1.jpg'], { sources })).pictures[0]?.targets).toEqual([1]);
  expect((await folder.read('both/1.jpg', { sources })).regions).toMatchObject([{ file: 'mine.csv' }]);
});

test('pictures that are not there are counted, those that were not asked about are not', async () => {
  for (const name of ['1.jpg', '2.jpg']) await folder.write(`absent/${name}`, '');
  await folder.write('absent/labels.csv', '1.jpg,bee\n2.jpg,ape\nother/3.jpg,cat\n4,cat\n');
  const { absent } = await folder.truth(['absent/1.jpg']);
  expect(absent).toEqual([{ file: folder.path('absent/labels.csv'), count: 2, first: 'other/3.jpg' }]);
});

test('a broken file is one failure, however many pictures it is about', async () => {
  await folder.write('broken/labels.csv', '1.jpg,bee,oops\n2.jpg,ape,oops\n3.jpg,ape');
  const { pictures, failures } = await folder.truth(['broken/1.jpg', 'broken/2.jpg', 'broken/3.jpg']);
  expect(failures.map(({ code }) => code)).toEqual(['badAnnotations']);
  expect(failures[0]?.parameters['reason']).toMatch(/^line 1 /);
  expect(pictures.map(({ targets }) => targets)).toEqual([[], [], [0]]);
});

test('a source that says nothing of the pictures is told, and one that is not there', async () => {
  await folder.write('silent/other.csv', 'someone.jpg,bee');
  await folder.write('silent/notes.md', 'someone');
  await folder.write('silent/used.csv', '1.jpg,bee');
  const sources = ['other.csv', 'notes.md', 'used.csv'].map((name) => folder.path(`silent/${name}`));
  const { failures } = await folder.truth(['silent/1.jpg'], { sources });
  expect(failures.map(({ code, parameters }) => [code, parameters['file']])).toEqual([
    ['silentSource', sources[0]],
    ['silentSource', sources[1]],
  ]);
  const missing = folder.path('silent/missing.csv');
  expect(await failureOf(folder.truth(['silent/1.jpg'], { sources: [missing] }))).toMatchObject({
    code: 'cannotRead',
    parameters: { file: missing },
  });
});

const MANY = 5000;

test(`${MANY} pictures tell their progress and can be cancelled`, async () => {
  const names = Array.from({ length: MANY }, (_, index) => `${index}.jpg`);
  await folder.write(
    'many/labels.csv',
    names.map((name, index) => `${name},${LABELS[index % 3]}`).join('\n'),
  );
  const told: number[] = [];
  const look = lookAround({
    breathe: (fraction) => {
      told.push(fraction);
      return told.length < 60 ? Promise.resolve() : Promise.reject(fail('cancelled', {}));
    },
  });
  const request = { pictures: names.map((name) => folder.path(`many/${name}`)), sources: [], labels: LABELS };
  await expect(readTruth(request, look)).rejects.toBeInstanceOf(EngineError);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  expect(told.at(-1)).toBeGreaterThan(0.5);
  const { pictures } = await readTruth(request, lookAround());
  expect(pictures.filter(({ targets }, index) => targets[0] === index % 3)).toHaveLength(MANY);
});
