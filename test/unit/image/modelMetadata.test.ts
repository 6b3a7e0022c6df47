import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  checkTask,
  labelsOfMetadata,
  type Metadata,
  preprocessingOfMetadata,
  takesLinearColours,
} from '../../../src/engine/image/modelMetadata.js';
import {
  resolvePreprocessing,
  type ResolvedPreprocessing,
} from '../../../src/engine/image/resolvePreprocessing.js';
import { parseModel } from '../../../src/engine/onnx/read.js';
import { answerNotes, NOTE_STRINGS } from '../../../src/protocol/answerNotes.js';
import type { ModelSettings } from '../../../src/protocol/modelSettings.js';
import { MODEL } from '../models.js';
import { failureOf } from './helpers.js';

const ULTRALYTICS = new Map([
  ['author', 'Ultralytics'],
  ['task', 'classify'],
  ['imgsz', '[64, 64]'],
  ['names', "{0: 'tench', 1: \"Bewick's swan\"}"],
]);

function resolve(metadata: Metadata, settings: ModelSettings = {}): Promise<ResolvedPreprocessing> {
  return resolvePreprocessing('nowhere/model.onnx', [1, 3, 64, 64], 2, settings, null, metadata);
}

test('a file keeps what it says of itself; blue first and 0 … 255 as ONNX’s keys say', async () => {
  const bytes = await readFile(
    join(import.meta.dirname, '../../fixtures/cases/pixel-format-metadata/new.onnx'),
  );
  const { metadata } = parseModel(bytes, 'bgr.onnx');
  expect(metadata.get('Image.ColorSpaceGamma')).toBe('SRGB');
  const { preprocessing, source } = await resolve(metadata);
  expect(source).toBe('model file');
  expect(preprocessing).toMatchObject({
    channelOrder: 'BGR',
    range: [0, 255],
    mean: [0, 0, 0],
    std: [1, 1, 1],
  });
});

test.each<[string, string, object]>([
  ['Image.NominalPixelRange', 'Normalized_0_1', { range: [0, 1], mean: [0, 0, 0], channelOrder: 'RGB' }],
  ['Image.NominalPixelRange', 'Normalized_1_1', { range: [-1, 1], std: [1, 1, 1] }],
  ['Image.NominalPixelRange', 'NominalRange_16_235', { range: [16, 235] }],
  // Eight bits, where nothing says another range.
  ['Image.BitmapPixelFormat', 'Bgra8', { channelOrder: 'BGR', range: [0, 255], mean: [0, 0, 0] }],
  // Neither keys nor values tell capitals.
  ['image.bitmappixelformat', 'BGR8', { channelOrder: 'BGR', range: [0, 255] }],
  ['IMAGE.NOMINALPIXELRANGE', 'NORMALIZED_0_1', { range: [0, 1], mean: [0, 0, 0] }],
])('%s: %s', async (key, value, expected) => {
  expect((await resolve(new Map([[key, value]]))).preprocessing).toMatchObject(expected);
});

test('grey for a model of colours, and what is none of ONNX’s values, says nothing', async () => {
  for (const format of ['Gray8', 'Yuv']) {
    const { source } = await resolve(new Map([['Image.BitmapPixelFormat', format]]));
    expect(source).toBe('model');
  }
});

test('the settings go before it', async () => {
  const { preprocessing, source } = await resolve(ULTRALYTICS, { fit: 'squash' });
  expect(source).toBe('setting');
  expect(preprocessing).toMatchObject({ fit: 'squash', range: [0, 1], mean: [0, 0, 0] });
});

test('Ultralytics’ classifiers: names, size, 0 … 1, cut out of the middle', async () => {
  expect(labelsOfMetadata(ULTRALYTICS)).toEqual(['tench', "Bewick's swan"]);
  expect((await resolve(ULTRALYTICS)).preprocessing).toMatchObject({
    ...{ fit: 'crop', resize: 64, interpolation: 'bilinear', channelOrder: 'RGB' },
    ...{ range: [0, 1], mean: [0, 0, 0], std: [1, 1, 1] },
  });
  const wide = new Map(ULTRALYTICS).set('imgsz', '[64, 128]');
  expect(preprocessingOfMetadata(wide)).toMatchObject({ fit: 'squash', inputHeight: 64, inputWidth: 128 });
  expect(preprocessingOfMetadata(new Map(ULTRALYTICS).set('imgsz', 'large'))).toBeNull();
});

test('YOLOv5’s classifiers, which tell no task: the largest square, as OpenCV resizes it', async () => {
  const { preprocessing } = await resolve(
    new Map([
      ['stride', '1'],
      ['names', "['tench', 'goldfish']"],
    ]),
  );
  expect(preprocessing).toMatchObject({ fit: 'cut', resize: 64, antialias: false, channelOrder: 'RGB' });
  expect(preprocessing).toMatchObject({ range: [0, 1], mean: [0.485, 0.456, 0.406] });
});

test.each([
  ['classes', 'cat,dog, owl'],
  ['Class Names', '["cat", "dog", "owl"]'],
  ['model_info labels', 'cat dog owl'],
  ['labels', 'cat;dog;owl'],
  ['class_to_idx', "{'cat': 0, 'dog': 1, 'owl': 2}"],
  ['label_map', '{"0": "cat", "1": "dog", "2": "owl"}'],
  ['categories', '["cat", "dog", "owl"]'],
  ['class_labels', 'cat\ndog\nowl'],
])('class names under %s', (key, text) => {
  expect(labelsOfMetadata(new Map([[key, text]]))).toEqual(['cat', 'dog', 'owl']);
});

test.each(['detect', 'segment', 'pose', 'obb'])('a model of the task %s is told as one', async (task) => {
  const metadata = new Map(ULTRALYTICS).set('task', task);
  const failure = await failureOf(
    Promise.resolve().then(() => {
      checkTask(metadata, 'yolo.onnx');
    }),
  );
  expect(failure).toMatchObject({ code: 'otherTask', parameters: { file: 'yolo.onnx', task } });
});

test('a classifier, and a file that says nothing, are no other task', () => {
  checkTask(ULTRALYTICS, 'a.onnx');
  checkTask(new Map([['task', 'detect']]), 'b.onnx');
  expect(labelsOfMetadata(new Map())).toBeNull();
  expect(preprocessingOfMetadata(new Map([['author', 'somebody']]))).toBeNull();
});

test.each([
  [['Image.ColorSpaceGamma', 'Linear'], true],
  [['image.colorspacegamma', 'LINEAR'], true],
  [['Image.ColorSpaceGamma', 'SRGB'], false],
  [['Image.NominalPixelRange', 'Linear'], false],
] as const)('%j asks for linear colours: %s, which is said', (entry, isLinear) => {
  const takesLinear = takesLinearColours(new Map([entry]));
  expect(takesLinear).toBe(isLinear);
  const model = { ...MODEL, ...(takesLinear && { takesLinearColours: true as const }) };
  const notes = answerNotes(model, { apart: null }, NOTE_STRINGS, () => '');
  expect(notes).toEqual(isLinear ? [expect.stringContaining('linear colours')] : []);
});
