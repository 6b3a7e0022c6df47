import * as fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it, test } from 'vitest';

import { eachElement } from '../../../src/engine/annotations/formats/jsonElements.js';
import { IndexCache } from '../../../src/engine/annotations/indexCache.js';
import type { Listing } from '../../../src/engine/annotations/listing.js';
import { readAnnotations } from '../../../src/engine/annotations/readAnnotations.js';
import { drawn, LABELS, lookAround, markedFolder, SQUASHED } from './marked.js';

const folder = markedFolder();

const CATEGORIES = [
  { id: 7, name: 'cat' },
  { id: 9, name: 'bee' },
  { id: 11, name: 'unknown thing' },
];

/** Of x.jpg, unless told otherwise. */
function coco(annotations: readonly object[], images: readonly object[] = [image('x.jpg')]): string {
  const full = annotations.map((annotation, index) => ({
    id: index,
    image_id: 1,
    category_id: 7,
    ...annotation,
  }));
  return JSON.stringify({
    info: { '"images": [{': '\\' },
    annotations: full,
    images,
    categories: CATEGORIES,
  });
}

function image(file_name: string, change: object = {}): object {
  return { id: 1, file_name, width: 16, height: 8, ...change };
}

async function regionsOf(
  name: string,
  content: string,
): Promise<readonly (readonly [string | null, string])[]> {
  await folder.write(`${name}/annotations/instances.json`, content);
  const { regions, failures } = await folder.read(`${name}/x.jpg`);
  expect(failures).toEqual([]);
  return regions.map((region) => [region.name, drawn(region)]);
}

test('boxes are of their category', async () => {
  const content = coco([
    { bbox: [4, 2, 6, 4] },
    { bbox: [0, 0, 2, 2], category_id: 9, segmentation: [] },
    { bbox: [0, 0, 9, 9], image_id: 2 },
  ]);
  expect(await regionsOf('boxes', content)).toEqual([
    ['cat', '2,1 to 5,3'],
    ['bee', '0,0 to 1,1'],
  ]);
});

test('polygons go before the box around them, and lengths of runs too', async () => {
  const polygons = [
    [0, 0, 4, 0, 4, 4, 0, 4],
    [12, 4, 16, 4, 16, 8, 12, 8],
  ];
  // Of 4 × 2 pixels: the second column, and half of the last.
  const runs = { size: [2, 4], counts: [2, 2, 3, 1] };
  const content = coco([
    { bbox: [0, 0, 16, 8], segmentation: polygons },
    { bbox: [0, 0, 16, 8], segmentation: runs, iscrowd: 1 },
    { bbox: [0, 0, 16, 8], segmentation: polygons[0] },
  ]);
  expect(await regionsOf('polygons', content)).toEqual([
    ['cat', '##......\n##......\n......##\n......##'],
    ['cat', '..##....\n..##....\n..##..##\n..##..##'],
    ['cat', '##......\n##......\n........\n........'],
  ]);
});

test('what is meant for a picture of another size is scaled', async () => {
  const images = [image('x.jpg', { width: 32, height: 16 })];
  const content = coco([{ bbox: [8, 4, 12, 8] }, { segmentation: [[0, 0, 8, 0, 8, 8, 0, 8]] }], images);
  expect(await regionsOf('scaled', content)).toEqual([
    ['cat', '2,1 to 5,3'],
    ['cat', '##......\n##......\n........\n........'],
  ]);
});

describe('a camera’s picture that lies on its side', () => {
  const RED_AT = { x: 2, y: 1 };

  /** Stored as 8 × 16, seen as 16 × 8; one pixel is red, where it is stored. */
  async function photograph(orientation: number): Promise<Buffer> {
    const pixels = Buffer.alloc(8 * 16 * 3);
    pixels[(RED_AT.y * 8 + RED_AT.x) * 3] = 255;
    const stored = sharp(pixels, { raw: { width: 8, height: 16, channels: 3 } });
    return stored.withMetadata({ orientation }).png().toBuffer();
  }

  it.each([5, 6, 7, 8])('is marked as it is stored (orientation %i)', async (orientation) => {
    const name = `turned-${orientation}`;
    const bytes = await photograph(orientation);
    await folder.write(`${name}/x.png`, bytes);
    const { x, y } = RED_AT;
    const runs = { size: [16, 8], counts: [x * 16 + y, 1, 8 * 16 - x * 16 - y - 1] };
    const content = coco(
      [
        { bbox: [x, y, 1, 1] },
        { segmentation: [[x, y, x + 1, y, x + 1, y + 1, x, y + 1]] },
        { segmentation: runs },
      ],
      [image('x.png', { width: 8, height: 16 })],
    );
    await folder.write(`${name}/annotations/instances.json`, content);
    const full = { ...SQUASHED, resize: 16, inputWidth: 16, inputHeight: 8 };
    const { regions } = await folder.read(`${name}/x.png`, { preprocessing: full });
    const { data, info } = await sharp(bytes).autoOrient().raw().toBuffer({ resolveWithObject: true });
    const red = data.findIndex((value) => value === 255) / info.channels;
    const [column, row] = [red % 16, Math.floor(red / 16)];
    const [box, ...masks] = regions;
    expect(box?.shape).toMatchObject({ kind: 'box', box: { x: column, y: row, width: 1, height: 1 } });
    for (const { shape } of masks)
      expect(shape.kind === 'mask' && shape.inside.indexOf(1)).toBe(row * 16 + column);
    expect(masks).toHaveLength(2);
  });

  it('or as it is seen', async () => {
    await folder.write('upright/x.png', await photograph(6));
    await folder.write(
      'upright/annotations/instances.json',
      coco([{ bbox: [4, 2, 6, 4] }], [image('x.png')]),
    );
    expect((await folder.read('upright/x.png')).regions.map(drawn)).toEqual(['2,1 to 5,3']);
  });
});

test('pictures of the same name are told apart by their folders, and else folders do not matter', async () => {
  const images = [image('one/x.jpg'), image('two/x.jpg', { id: 2 }), image('images/y.jpg', { id: 3 })];
  const annotations = [
    { bbox: [0, 0, 2, 2] },
    { bbox: [4, 2, 6, 4], image_id: 2 },
    { bbox: [0, 0, 4, 4], image_id: 3 },
  ];
  await folder.write('named/all.json', coco(annotations, images));
  const sources = [folder.path('named/all.json')];
  const read = async (path: string): Promise<readonly string[]> =>
    (await folder.read(path, { sources })).regions.map(drawn);
  expect(await read('named/one/x.jpg')).toEqual(['0,0 to 1,1']);
  expect(await read('named/two/x.jpg')).toEqual(['2,1 to 5,3']);
  expect(await read('named/three/x.jpg')).toEqual([]);
  await folder.write('named/y.json', coco(annotations, [image('images/y.jpg', { id: 3 })]));
  expect((await folder.read('named/y.jpg', { sources: [folder.path('named/y.json')] })).regions).toHaveLength(
    1,
  );
});

test('of several files in a folder the one that is named after the pictures’ folder counts', async () => {
  await folder.write('sets/annotations/instances_val.json', coco([{ bbox: [4, 2, 6, 4] }]));
  await folder.write('sets/annotations/instances_train.json', coco([{ bbox: [0, 0, 2, 2] }]));
  await folder.write(
    'sets/annotations/captions_val.json',
    JSON.stringify({ images: [image('x.jpg')], annotations: [{ image_id: 1, caption: 'a cat' }] }),
  );
  expect((await folder.read('sets/val/x.jpg')).regions.map(drawn)).toEqual(['2,1 to 5,3']);
});

test.each([
  ['half of it', coco([{ bbox: [4, 2, 6, 4] }]).slice(0, 120), /ends in the middle/],
  [
    'no JSON in an entry',
    '{"annotations": [{"image_id": 1}, {"image_id": oops}]}',
    /entry 2 of "annotations"/,
  ],
  ['a picture without a name', '{"images": [{"id": 1}]}', /entry 1 of "images"/],
  ['no extent', coco([{ bbox: [4, 2, 0, 4] }]), /entry 1 of "annotations"/],
  ['no such category', coco([{ bbox: [4, 2, 6, 4] }, { category_id: 8 }]), /entry 2 .* no category/],
  ['too short runs', coco([{ segmentation: { size: [2, 4], counts: [1] } }]), /segmentation in entry 1/],
  ['an odd polygon', coco([{ segmentation: [[1, 2, 3, 4, 5]] }]), /segmentation in entry 1/],
])('%s is told with the place', async (name, content, reason) => {
  await folder.write(`${name}/annotations/instances.json`, content);
  const { regions, failures } = await folder.read(`${name}/x.jpg`);
  expect(regions).toEqual([]);
  expect(failures).toMatchObject([
    { code: 'badAnnotations', parameters: { file: folder.path(`${name}/annotations/instances.json`) } },
  ]);
  expect(failures[0]?.parameters['reason']).toMatch(reason);
});

test('a file is read once for each of its states', async () => {
  const name = 'cached/annotations/instances.json';
  const cache = new IndexCache();
  let reads = 0;
  const read = async (): Promise<readonly string[]> => {
    const look = lookAround({
      cache,
      breathe: () => {
        reads++;
        return Promise.resolve();
      },
    });
    const size = { width: 16, height: 8 };
    const request = { path: folder.path('cached/x.jpg'), ...size, preprocessing: SQUASHED };
    return (await readAnnotations({ ...request, labels: LABELS, sources: [] }, look)).regions.map(drawn);
  };
  await folder.write(name, coco([{ bbox: [4, 2, 6, 4] }]));
  expect([await read(), await read()]).toEqual([['2,1 to 5,3'], ['2,1 to 5,3']]);
  expect(reads).toBe(1);
  await folder.write(name, coco([{ bbox: [10, 4, 6, 4] }]));
  expect(await read()).toEqual(['5,2 to 8,4']);
  expect(reads).toBe(2);
});

test('a folder is listed once for each of its states, unless it was changed just now', async () => {
  await folder.write('listed/1.txt', '');
  const cache = new IndexCache();
  const names = async (now: number): Promise<Listing> => cache.list(folder.path('listed'), now);
  const later = Date.now() + 60_000;
  expect(await names(Date.now())).not.toBe(await names(Date.now()));
  expect(await names(later)).toBe(await names(later));
  await folder.write('listed/2.txt', '');
  expect((await names(later)).names).toEqual(['1.txt', '2.txt']);
  expect((await cache.list(folder.path('listed/3'), later)).names).toEqual([]);
  await folder.write('listed/3/4.txt', '');
  expect((await cache.list(folder.path('listed/3'), later)).names).toEqual(['4.txt']);
});

test('the objects of a large file are those that JSON.parse finds', async () => {
  const entry = fc.record({ text: fc.string(), list: fc.array(fc.jsonValue(), { maxLength: 3 }) });
  const [entries = []] = fc.sample(fc.array(entry, { minLength: 40, maxLength: 40, size: 'max' }), 1);
  // As read back: JSON.stringify writes -0 as 0.
  const readBack = entries.map((own): unknown => JSON.parse(JSON.stringify(own)));
  const wanted = Array.from({ length: 800 }, () => readBack).flat();
  const text = JSON.stringify({ other: [{ a: 1 }], nested: { wanted: [{ b: 2 }] }, wanted, last: 'x' });
  expect(text.length).toBeGreaterThan(2 ** 21);
  await folder.write('large.json', text);
  const found: unknown[] = [];
  const bytes = Buffer.from(text);
  await eachElement(
    folder.path('large.json'),
    new Set(['wanted']),
    ({ index, offset, bytes: own }) => {
      expect(index).toBe(found.length);
      expect(bytes.compare(own, 0, own.length, offset, offset + own.length)).toBe(0);
      found.push(JSON.parse(own.toString()));
    },
    () => Promise.resolve(),
  );
  expect(found).toEqual(wanted);
});
