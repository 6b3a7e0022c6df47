import path from 'node:path';
import { describe, expect, it } from 'vitest';

import { modelKey, settingsFor, withPreprocessing } from '../../../../src/extension/editor/modelSettings.js';
import { IMAGENET } from '../../models.js';

describe('the name of a model in the setting', () => {
  it.each([
    ['/ws/models/a.onnx', '/ws', 'models/a.onnx'],
    ['/ws/models/a.onnx', '/ws/', 'models/a.onnx'],
    ['/ws/..a.onnx', '/ws', '..a.onnx'],
    ['/ws/models\\a.onnx', '/ws', 'models\\a.onnx'],
    ['/wsx/a.onnx', '/ws', '/wsx/a.onnx'],
    ['/elsewhere/a.onnx', undefined, '/elsewhere/a.onnx'],
  ])('%s in %s is %s', (model, folder, key) => {
    expect(modelKey(model, folder, path.posix)).toBe(key);
  });

  it.each([
    ['C:\\ws\\models\\a.onnx', 'C:\\ws', 'models/a.onnx'],
    ['C:\\ws\\models\\a.onnx', 'c:\\ws', 'models/a.onnx'],
    ['C:\\a.onnx', 'C:\\', 'a.onnx'],
    ['D:\\ws\\a.onnx', 'C:\\ws', 'D:/ws/a.onnx'],
    ['C:\\wsx\\a.onnx', 'C:\\ws', 'C:/wsx/a.onnx'],
    ['\\\\server\\share\\a.onnx', 'C:\\ws', '//server/share/a.onnx'],
  ])('on Windows, %s in %s is %s', (model, folder, key) => {
    expect(modelKey(model, folder, path.win32)).toBe(key);
  });
});

describe('the settings of a model', () => {
  it.each([
    ['models/*.onnx', true],
    ['**/*.onnx', true],
    ['resnet*.onnx', true],
    ['*.onnx', true],
    ['models/resnet50.onnx', true],
    ['other/*.onnx', false],
    ['vgg*.onnx', false],
    ['models', false],
  ])('glob %s', (glob, matches) => {
    const settings = settingsFor('models/resnet50.onnx', { [glob]: { resize: 300 } });
    expect(settings).toEqual(matches ? { resize: 300 } : {});
  });

  it('are combined from all globs, the model itself last', () => {
    const settings = settingsFor('models/a.onnx', {
      'models/a.onnx': { resize: 1, labels: 'a.txt' },
      '*.onnx': { resize: 2, layout: 'NHWC', fit: 'crop' },
      'models/*': { resize: 3, fit: 'squash' },
    });
    expect(settings).toEqual({ resize: 1, labels: 'a.txt', layout: 'NHWC', fit: 'squash' });
  });

  it('of a hidden folder are found too', () => {
    expect(settingsFor('.cache/a.onnx', { '**/*.onnx': { resize: 1 } })).toEqual({ resize: 1 });
  });
});

describe('saving preprocessing', () => {
  const others = { '*.onnx': { resize: 1 } };

  it('adds the model and keeps what else is said', () => {
    expect(withPreprocessing(others, 'a.onnx', IMAGENET)).toEqual({
      ...others,
      'a.onnx': IMAGENET,
    });
  });

  it('replaces what was saved but keeps the labels', () => {
    const before = { 'a.onnx': { labels: 'a.txt', resize: 7 } };
    expect(withPreprocessing(before, 'a.onnx', IMAGENET)).toEqual({
      'a.onnx': { labels: 'a.txt', ...IMAGENET },
    });
  });

  it('keeps every setting that is not of preprocessing', () => {
    const said = { labels: 'a.txt', input: 'image', output: 'group' };
    const before = { 'a.onnx': { ...said, antialias: false, resize: 7 } };
    expect(withPreprocessing(before, 'a.onnx', IMAGENET)).toEqual({ 'a.onnx': { ...said, ...IMAGENET } });
    expect(withPreprocessing(before, 'a.onnx', null)).toEqual({ 'a.onnx': said });
  });

  it('is taken back without a trace, labels excepted', () => {
    expect(withPreprocessing({ ...others, 'a.onnx': IMAGENET }, 'a.onnx', null)).toEqual(others);
    const labelled = { 'a.onnx': { ...IMAGENET, labels: 'a.txt' } };
    expect(withPreprocessing(labelled, 'a.onnx', null)).toEqual({ 'a.onnx': { labels: 'a.txt' } });
  });
});
