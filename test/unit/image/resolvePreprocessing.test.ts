import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { trialsOf } from '../../../src/engine/image/presets.js';
import {
  preferredInputSize,
  resolvePreprocessing,
  type ResolvedPreprocessing,
} from '../../../src/engine/image/resolvePreprocessing.js';
import { checkSettings } from '../../../src/engine/image/settings.js';
import type { EngineFailure } from '../../../src/protocol/errors.js';
import type { ModelSettings } from '../../../src/protocol/modelSettings.js';
import { failureOf } from './helpers.js';

let folder = '';
let model = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relevance-cam-test-'));
  model = join(folder, 'model.onnx');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function beside(name: string, json: unknown): Promise<void> {
  await mkdir(dirname(join(folder, name)), { recursive: true });
  await writeFile(join(folder, name), JSON.stringify(json));
}

function resolve(
  shape: readonly number[],
  classes: number,
  settings: ModelSettings = {},
): Promise<ResolvedPreprocessing> {
  return resolvePreprocessing(model, shape, classes, settings);
}

const SHAPE = [1, 3, 224, 224];
const IMAGENET = { range: [0, 1], mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

describe('from the shapes of the model', () => {
  test('1000 classes: ImageNet, shorter side 256, crop 224', async () => {
    expect(await resolve(SHAPE, 1000)).toEqual({
      source: 'model',
      preprocessing: {
        ...IMAGENET,
        fit: 'crop',
        resize: 256,
        inputWidth: 224,
        inputHeight: 224,
        interpolation: 'bilinear',
        antialias: true,
        rounding: 'torchvision',
        padColor: [114, 114, 114],
        orientation: true,
        bitDepth: 16,
        floatRange: [0, 1],
        channelOrder: 'RGB',
        layout: 'NCHW',
      },
    });
  });

  test('299 pixels: shorter side 342', async () => {
    expect((await resolve([1, 3, 299, 299], 1000)).preprocessing).toMatchObject({
      resize: 342,
      inputWidth: 299,
    });
  });

  test('1001 classes: x / 127.5 − 1', async () => {
    const { preprocessing } = await resolve(SHAPE, 1001);
    expect(preprocessing).toMatchObject({ range: [-1, 1], mean: [0, 0, 0], std: [1, 1, 1], fit: 'crop' });
  });

  test('channels last', async () => {
    const { preprocessing } = await resolve([1, 160, 192, 3], 1000);
    expect(preprocessing).toMatchObject({
      layout: 'NHWC',
      inputHeight: 160,
      inputWidth: 192,
      range: [-1, 1],
    });
  });

  test('one channel: grey 0 … 1, squashed', async () => {
    const { preprocessing } = await resolve([1, 1, 28, 28], 10);
    expect(preprocessing).toMatchObject({
      channelOrder: 'grey',
      range: [0, 1],
      mean: [0],
      std: [1],
      fit: 'squash',
    });
  });

  test('a small input is squashed', async () => {
    expect((await resolve([1, 3, 64, 64], 8)).preprocessing).toMatchObject({ ...IMAGENET, fit: 'squash' });
  });

  test('a shape that is no picture', async () => {
    expect((await failureOf(resolve([1, 7, 224, 224], 10))).code).toBe('noImageInput');
    expect((await failureOf(resolve([1, 3, 224], 10))).code).toBe('noImageInput');
  });
});

describe('from preprocessor_config.json', () => {
  test('CLIP: resize and crop', async () => {
    await beside('preprocessor_config.json', {
      do_center_crop: true,
      crop_size: { height: 224, width: 224 },
      size: { shortest_edge: 232 },
      resample: 3,
      image_mean: [0.4, 0.5, 0.6],
      image_std: [0.2, 0.25, 0.3],
    });
    const { preprocessing, source } = await resolve(SHAPE, 10);
    expect(source).toBe('file beside the model');
    expect(preprocessing).toMatchObject({
      fit: 'crop',
      resize: 232,
      interpolation: 'bicubic',
      range: [0, 1],
    });
    expect(preprocessing).toMatchObject({ mean: [0.4, 0.5, 0.6], std: [0.2, 0.25, 0.3] });
  });

  test('ViT: squash', async () => {
    await beside('preprocessor_config.json', {
      do_resize: true,
      size: { height: 224, width: 224 },
      resample: 2,
      do_rescale: true,
      rescale_factor: 0.00392156862745098,
      image_mean: [0.5, 0.5, 0.5],
      image_std: [0.5, 0.5, 0.5],
    });
    const { preprocessing } = await resolve(SHAPE, 1000);
    expect(preprocessing).toMatchObject({ fit: 'squash', interpolation: 'bilinear', mean: [0.5, 0.5, 0.5] });
    expect(preprocessing.range[1]).toBeCloseTo(1, 9);
  });

  test('old ViT: the size a lone number', async () => {
    await beside('preprocessor_config.json', { size: 224, image_mean: 0.5, image_std: 0.5 });
    expect((await resolve(SHAPE, 10)).preprocessing).toMatchObject({ fit: 'squash', mean: [0.5, 0.5, 0.5] });
  });

  test('ConvNeXt: a share that is kept', async () => {
    await beside('preprocessor_config.json', { size: { shortest_edge: 224 }, crop_pct: 0.875, resample: 3 });
    expect((await resolve(SHAPE, 1000)).preprocessing).toMatchObject({ fit: 'crop', resize: 256 });
    await beside('preprocessor_config.json', { size: { shortest_edge: 384 }, crop_pct: 1, resample: 3 });
    const large = await resolve([1, 3, 384, 384], 1000);
    expect(large.preprocessing).toMatchObject({ fit: 'squash', resize: 384 });
  });

  test('EfficientNet: rescaled to −1 … 1 before mean and std; MobileViT: blue first, no mean', async () => {
    await beside('preprocessor_config.json', {
      size: 224,
      rescale_factor: 1 / 127.5,
      rescale_offset: true,
      image_mean: [0, 0, 0],
      image_std: [1, 1, 1],
    });
    expect((await resolve(SHAPE, 1000)).preprocessing.range).toEqual([-1, 1]);
    await beside('preprocessor_config.json', {
      size: { shortest_edge: 288 },
      crop_size: 256,
      do_center_crop: true,
      do_flip_channel_order: true,
    });
    expect((await resolve([1, 3, 256, 256], 1000)).preprocessing).toMatchObject({
      channelOrder: 'BGR',
      resize: 288,
      range: [0, 1],
      mean: [0, 0, 0],
      std: [1, 1, 1],
    });
  });

  test('do_rescale and do_normalize switched off', async () => {
    await beside('preprocessor_config.json', {
      size: 224,
      do_rescale: false,
      do_normalize: false,
      image_mean: [1, 1, 1],
      image_std: [2, 2, 2],
    });
    expect((await resolve(SHAPE, 1000)).preprocessing).toMatchObject({
      range: [0, 255],
      mean: [0, 0, 0],
      std: [1, 1, 1],
    });
  });

  test('above the folder onnx', async () => {
    await beside('preprocessor_config.json', {
      size: 224,
      image_mean: [0.1, 0.2, 0.3],
      image_std: [1, 1, 1],
    });
    model = join(folder, 'onnx', 'model.onnx');
    await mkdir(dirname(model));
    expect((await resolve(SHAPE, 1000)).preprocessing.mean).toEqual([0.1, 0.2, 0.3]);
  });

  test('one for colour beside a grey model is another model’s', async () => {
    await beside('preprocessor_config.json', { size: 28, image_mean: [0.1, 0.2, 0.3], image_std: [1, 1, 1] });
    expect((await resolve([1, 1, 28, 28], 10)).source).toBe('model');
  });

  test('a file that is something else is passed over', async () => {
    await writeFile(join(folder, 'preprocessor_config.json'), '{ not json');
    await beside('config.json', { model_type: 'bert', size: 'large' });
    expect((await resolve(SHAPE, 1000)).source).toBe('model');
  });
});

describe('from timm’s config.json', () => {
  const config = {
    input_size: [3, 288, 288],
    mean: [0.5, 0.4, 0.3],
    std: [0.1, 0.2, 0.3],
    crop_pct: 0.95,
    interpolation: 'bicubic',
    crop_mode: 'center',
  };

  test('crop', async () => {
    await beside('config.json', { architecture: 'resnet50d', num_classes: 10, pretrained_cfg: config });
    const { preprocessing, source } = await resolve([1, 3, 288, 288], 10);
    expect(source).toBe('file beside the model');
    // floor(288 / 0.95) = 303
    expect(preprocessing).toMatchObject({
      fit: 'crop',
      resize: 303,
      interpolation: 'bicubic',
      mean: [0.5, 0.4, 0.3],
    });
  });

  test('squash, then the centre', async () => {
    await beside('config.json', { pretrained_cfg: { ...config, crop_mode: 'squash' } });
    const { preprocessing } = await resolve([1, 3, 288, 288], 10);
    expect(preprocessing).toMatchObject({ fit: 'squash', resize: 303 });
  });
});

describe('from the settings', () => {
  test('single values over what is found', async () => {
    const { preprocessing, source } = await resolve(SHAPE, 1000, { fit: 'squash', interpolation: 'bicubic' });
    expect(source).toBe('setting');
    expect(preprocessing).toMatchObject({
      ...IMAGENET,
      fit: 'squash',
      interpolation: 'bicubic',
      resize: 224,
    });
  });

  test('a crop after squashing only where its size is named too', async () => {
    const named = await resolve(SHAPE, 1000, { fit: 'squash', resize: 256 });
    expect(named.preprocessing).toMatchObject({ fit: 'squash', resize: 256 });
  });

  test('naming a part of the normalisation clears the rest of it', async () => {
    expect((await resolve(SHAPE, 1000, { range: [-1, 1] })).preprocessing).toMatchObject({
      range: [-1, 1],
      mean: [0, 0, 0],
      std: [1, 1, 1],
    });
    expect((await resolve(SHAPE, 1001, { mean: [0.5], std: [0.25] })).preprocessing).toMatchObject({
      range: [0, 1],
      mean: [0.5, 0.5, 0.5],
    });
    expect((await resolve(SHAPE, 1000, { mean: [123, 117, 104] })).preprocessing.range).toEqual([0, 255]);
  });

  test('another channel order takes the mean along', async () => {
    expect((await resolve(SHAPE, 1000, { channelOrder: 'BGR' })).preprocessing.mean).toEqual([
      0.406, 0.456, 0.485,
    ]);
  });

  test('labels alone say nothing of the preprocessing', async () => {
    expect((await resolve(SHAPE, 1000, { labels: 'labels.txt' })).source).toBe('model');
  });

  test.each<[string, unknown]>([
    ['mean', { mean: 'high' }],
    ['mean', { mean: [1, 2] }],
    ['std', { std: [1, 0, 1] }],
    ['fit', { fit: 'stretch' }],
    ['resize', { resize: -5 }],
    ['resize', { resize: 1.5 }],
    ['range', { range: [1, 1] }],
    ['range', { range: [0] }],
    ['labels', { labels: 7 }],
    ['meen', { meen: [1, 2, 3] }],
  ])('a wrong %s is named: %j', async (setting, settings) => {
    const failure = await failureOf(Promise.resolve().then(() => checkSettings(model, settings)));
    expectBadSetting(failure, setting);
  });

  test.each<[string, ModelSettings]>([
    ['channelOrder', { channelOrder: 'grey' }],
    ['mean', { range: [0, 1], std: [1], mean: [] }],
    ['inputWidth', { inputWidth: 100 }],
    ['inputHeight', { inputHeight: 100 }],
    ['layout', { layout: 'NHWC' }],
  ])('a %s that contradicts the model is named: %j', async (setting, settings) => {
    expectBadSetting(await failureOf(resolve(SHAPE, 1000, settings)), setting);
  });

  function expectBadSetting({ code, parameters }: EngineFailure, setting: string): void {
    expect(code).toBe('badSetting');
    expect(parameters['file']).toBe(model);
    expect(String(parameters['setting']).split('.')[0]).toBe(setting);
    expect(parameters['reason']).toMatch(/^[a-z].*[^.]$/);
  }
});

test('the input size of a model that takes any', async () => {
  expect(await preferredInputSize(model, {})).toBeNull();
  await beside('preprocessor_config.json', { size: { height: 192, width: 256 } });
  expect(await preferredInputSize(model, {})).toEqual({ inputWidth: 256, inputHeight: 192 });
  expect(await preferredInputSize(model, { inputWidth: 100 })).toEqual({ inputWidth: 100, inputHeight: 100 });
});

test('the usual presets keep the size and the layout', async () => {
  const { preprocessing } = await resolve([1, 200, 200, 3], 1000);
  const trials = trialsOf(preprocessing);
  expect(new Set(trials.map(({ name }) => name)).size).toBe(trials.length);
  expect(trials.length).toBeGreaterThanOrEqual(5);
  for (const trial of trials) expect(trial.preprocessing).toMatchObject({ inputWidth: 200, layout: 'NHWC' });
  const caffe = trials.find(({ preprocessing: { channelOrder } }) => channelOrder === 'BGR');
  expect(caffe?.preprocessing.mean).toEqual([103.939, 116.779, 123.68]);
  const grey = trialsOf((await resolve([1, 1, 28, 28], 10)).preprocessing);
  for (const trial of grey)
    expect(trial.preprocessing).toMatchObject({ channelOrder: 'grey', mean: [0], std: [1] });
});

test('besides the presets, its own normalisation is tried with the other colours and the other fits', async () => {
  const own = { ...(await resolve([1, 3, 224, 224], 1000)).preprocessing, mean: [0.5, 0.4, 0.3] };
  const others = trialsOf({ ...own, fit: 'crop', resize: 256 }).filter(
    ({ preprocessing: { mean } }) => mean[0] === 0.5,
  );
  expect(
    others.map(({ preprocessing: { channelOrder, fit, resize } }) => [channelOrder, fit, resize]),
  ).toEqual([
    ['BGR', 'crop', 256],
    ['RGB', 'squash', 224],
  ]);
  const letterboxed = trialsOf({ ...own, fit: 'letterbox', resize: 224 });
  expect(letterboxed.slice(-2).map(({ preprocessing: { fit } }) => fit)).toEqual(['crop', 'squash']);
});
