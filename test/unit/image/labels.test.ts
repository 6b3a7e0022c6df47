import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadLabels } from '../../../src/engine/image/labels.js';
import { failureOf } from './helpers.js';

let folder = '';
let model = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relevance-cam-test-'));
  model = join(folder, 'net.onnx');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});
const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

test('ImageNet for 1000 and 1001 classes', async () => {
  const labels = await loadLabels(model, 1000, {});
  expect(labels).toHaveLength(1000);
  // Indices that everybody who works with ImageNet knows.
  expect([0, 101, 281, 340, 386, 999].map((index) => labels[index])).toEqual([
    'tench',
    'tusker',
    'tabby',
    'zebra',
    'African elephant',
    'toilet tissue',
  ]);
  const shifted = await loadLabels(model, 1001, {});
  expect([shifted.length, shifted[0], shifted[1], shifted[341]]).toEqual([
    1001,
    'background',
    'tench',
    'zebra',
  ]);
});

test('numbers where nothing is known', async () => {
  expect(await loadLabels(model, 3, {})).toEqual(['class 0', 'class 1', 'class 2']);
});

test.each<[string, string]>([
  ['net.labels.txt', 'cat\r\ndog\r\n'],
  ['net.labels.json', '["cat", "dog"]'],
  ['net.labels.json', '{"1": "dog", "0": "cat"}'],
  ['net.labels.json', '{"dog": 1, "cat": 0}'],
  ['net.labels.json', '{"0": ["n02123045", "cat"], "1": ["n02084071", "dog"]}'],
  ['labels.txt', 'cat\ndog\n\n'],
  ['classes.txt', 'n02123045 cat\nn02084071 dog'],
  ['config.json', '{"id2label": {"0": "cat", "1": "dog"}, "label2id": {}}'],
])('beside the model in %s: %s', async (name, text) => {
  await write(name, text);
  expect(await loadLabels(model, 2, {})).toEqual(['cat', 'dog']);
});

test('the model’s own file comes before those of the folder', async () => {
  await write('labels.txt', 'a\nb');
  await write('net.labels.txt', 'cat\ndog');
  expect(await loadLabels(model, 2, {})).toEqual(['cat', 'dog']);
});

test('files for another number of classes, or broken ones, are passed over', async () => {
  await write('labels.txt', 'a\nb\nc');
  await write('config.json', '{"id2label": {"0": "a", "7": "b"}}');
  await write('net.labels.json', '{');
  expect(await loadLabels(model, 2, {})).toEqual(['class 0', 'class 1']);
});

test('the file of the setting, relative to the model', async () => {
  await mkdir(join(folder, 'data'));
  await write('data/names.json', '["x", "y"]');
  await write('labels.txt', 'a\nb');
  expect(await loadLabels(model, 2, { labels: 'data/names.json' })).toEqual(['x', 'y']);
});

test.each<[string, string | null, RegExp]>([
  ['names.txt', null, /no file names\.txt/],
  ['names.txt', 'a\nb\nc', /3 labels.*2 classes/],
  ['names.json', '{"0": "a", "2": "b"}', /names\.json/],
  ['names.json', 'a', /names\.json/],
])('a wrong file of the setting is named: %s, %j', async (labels, text, reason) => {
  if (text !== null) await write(labels, text);
  const failure = await failureOf(loadLabels(model, 2, { labels }));
  expect(failure).toMatchObject({ code: 'badSetting', parameters: { setting: 'labels', file: model } });
  expect(failure.parameters['reason']).toMatch(reason);
});
