// What is marked in a picture, read from the files that people keep beside pictures.
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { IndexCache } from '../../../src/engine/annotations/indexCache.js';
import { Look } from '../../../src/engine/annotations/look.js';
import { readAnnotations } from '../../../src/engine/annotations/readAnnotations.js';
import { IMAGENET_LABELS } from '../../../src/labels/imagenet.js';
import type { Annotations } from '../../../src/protocol/annotations.js';
import type { AnnotationsRequest } from '../../../src/protocol/engineApi.js';
import type { Preprocessing } from '../../../src/protocol/model.js';
import { temporaryFolder } from '../image/helpers.js';
import { IMAGENET } from '../models.js';

const folder = temporaryFolder();

const SQUASH: Preprocessing = { ...IMAGENET, fit: 'squash', resize: 8, inputWidth: 8, inputHeight: 8 };
/** Of a picture of 32 × 16, the middle 16 × 16 in 8 × 8. */
const CROP: Preprocessing = { ...SQUASH, fit: 'crop' };
const LABELS = ['African elephant, Loxodonta africana', 'zebra', 'coffee_mug'];

/** Up to one megapixel. */
function lookAround(): Look {
  return new Look(new IndexCache(), { maxMegapixels: 1, breathe: () => Promise.resolve() });
}

/** Reads what is marked in a picture of 32 × 16 pixels. */
function read(path: string, change: Partial<AnnotationsRequest> = {}): Promise<Annotations> {
  const size = { width: 32, height: 16 };
  const request = {
    path: folder.path(path),
    ...size,
    preprocessing: CROP,
    labels: LABELS,
    sources: [],
    ...change,
  };
  return readAnnotations(request, lookAround());
}

async function write(name: string, content: string | Uint8Array): Promise<void> {
  await mkdir(dirname(folder.path(name)), { recursive: true });
  await folder.write(name, content);
}

const object = (name: string, [x0, y0, x1, y1]: readonly number[], more = ''): string =>
  `<object><name>${name}</name>${more}<bndbox><xmin>${x0}</xmin><ymin>${y0}</ymin><xmax>${x1}</xmax><ymax>${y1}</ymax></bndbox></object>`;

const xml = (content: string, width = 32, height = 16): string =>
  `<?xml version="1.0"?><annotation><size><width>${width}</width><height>${height}</height></size>${content}</annotation>`;

/** A mask of 32 × 16 that is white from column 16 on. */
async function rightHalf(background = 'black', white = 'white'): Promise<Buffer> {
  const half = sharp({ create: { width: 16, height: 16, channels: 4, background: white } }).png();
  return sharp({ create: { width: 32, height: 16, channels: 4, background } })
    .composite([{ input: await half.toBuffer(), left: 16, top: 0 }])
    .png()
    .toBuffer();
}

const HALF_INPUT = Array.from({ length: 64 }, (_, pixel) => (pixel % 8 >= 4 ? 1 : 0));

test('nothing is marked where there is no file', async () => {
  expect(await read('plain/x.jpg')).toEqual({ regions: [], failures: [] });
});

test.each(['voc/JPEGImages/x.xml', 'voc/JPEGImages/annotations/x.xml', 'voc/Annotations/x.xml'])(
  'boxes come from %s, in pixels of the model’s input',
  async (place) => {
    const root = place.replaceAll('/', '-');
    await write(`${root}/${place}`, xml(object('zebra', [12, 4, 20, 16])));
    // The crop is columns 8 to 24 at half size.
    expect(await read(`${root}/voc/JPEGImages/x.jpg`)).toEqual({
      failures: [],
      regions: [
        {
          file: 'x.xml',
          name: 'zebra',
          target: 1,
          shape: { kind: 'box', box: { x: 2, y: 2, width: 4, height: 6 } },
        },
      ],
    });
  },
);

test('boxes come from where ImageNet keeps them, by WordNet ids', async () => {
  await write('ILSVRC/Annotations/CLS-LOC/val/x.xml', xml(object('n02391049', [8, 0, 24, 16])));
  const { regions } = await read('ILSVRC/Data/CLS-LOC/val/x.JPEG', { labels: IMAGENET_LABELS });
  expect(regions).toEqual([
    {
      file: 'x.xml',
      name: 'n02391049',
      target: IMAGENET_LABELS.indexOf('zebra'),
      shape: { kind: 'box', box: { x: 0, y: 0, width: 8, height: 8 } },
    },
  ]);
});

test('boxes meant for a picture of another size are scaled, and parts are no objects', async () => {
  const part = `<part><name>head</name><bndbox><xmin>0</xmin><ymin>0</ymin><xmax>1</xmax><ymax>1</ymax></bndbox></part>`;
  await write('scaled/x.xml', xml(object('Unknown &amp; new', [16, 0, 48, 32], part), 64, 32));
  const { regions } = await read('scaled/x.png', { preprocessing: SQUASH });
  const box = { x: 2, y: 0, width: 4, height: 8 };
  expect(regions).toEqual([
    { file: 'x.xml', name: 'Unknown & new', target: null, shape: { kind: 'box', box } },
  ]);
});

test('boxes come from boxes.csv, of this picture only', async () => {
  const lines = [
    'file,class_index,x0,y0,x1,y1',
    'x.JPEG,1,8,0,24,16',
    'x.JPEG.JPEG,2,0,0,4,4',
    '"a, b.png",2,8.5,0,10.5,2',
    'x.JPEG,0,0,0,4,4',
    '',
  ];
  await write('csv/boxes.csv', lines.join('\r\n'));
  const found = await read('csv/x.JPEG');
  expect(found.regions.map(({ name, target }) => [name, target])).toEqual([
    ['zebra', 1],
    ['African elephant, Loxodonta africana', 0],
  ]);
  expect(found.regions[1]?.shape).toEqual({ kind: 'box', box: { x: -4, y: 0, width: 2, height: 2 } });
  expect(await read('csv/a, b.png')).toMatchObject({
    regions: [{ target: 2, shape: { box: { x: 0.25, width: 1 } } }],
    failures: [],
  });
  expect((await read('csv/other.png')).regions).toEqual([]);
});

test('a mask is bounded and told by its content, as pictures are', async () => {
  await write('wrong/x.mask.png', 'no picture');
  expect((await read('wrong/x.jpg')).failures).toMatchObject([{ code: 'notPicture' }]);
  const large = sharp({ create: { width: 2000, height: 501, channels: 3, background: 'white' } });
  await write('large/x.mask.png', await large.png().toBuffer());
  expect((await read('large/x.jpg')).failures).toMatchObject([{ code: 'tooManyPixels' }]);
});

test.each(['beside/x.mask.png', 'beside/masks/x.png', 'masks/x.png'])(
  'a mask comes from %s, cropped as the picture',
  async (place) => {
    const root = place.replaceAll('/', '-');
    await write(`${root}/${place}`, await rightHalf());
    const { regions } = await read(`${root}/beside/x.jpg`);
    expect(regions[0]?.file).toBe(place.split('/').at(-1));
    expect(regions).toMatchObject([
      { name: null, target: null, shape: { kind: 'mask', width: 8, height: 8 } },
    ]);
    const [region] = regions;
    expect(region?.shape.kind === 'mask' && [...region.shape.inside]).toEqual(HALF_INPUT);
  },
);

test('masks name their classes, may be transparent or nearly black outside and of another size', async () => {
  await write('named/pictures/x.png', await rightHalf());
  await write('named/masks/x.Coffee mug.png', await rightHalf('transparent', '#000100'));
  const small = sharp(await rightHalf()).resize(4, 2, { kernel: 'nearest' });
  await write('named/masks/x.zebra.png', await small.png().toBuffer());
  await write('named/masks/xx.zebra.png', await rightHalf());
  const { regions } = await read('named/pictures/x.png');
  expect(regions.map(({ name, target }) => [name, target])).toEqual([
    ['Coffee mug', 2],
    ['zebra', 1],
  ]);
  for (const { shape } of regions) expect(shape.kind === 'mask' && [...shape.inside]).toEqual(HALF_INPUT);
});

test('a picture is not a mask of itself', async () => {
  await write('own/masks/x.png', await rightHalf());
  expect((await read('own/masks/x.png')).regions).toEqual([]);
});

test('masks come before boxes', async () => {
  await write('both/x.mask.png', await rightHalf());
  await write('both/x.xml', xml(object('zebra', [0, 0, 4, 4])));
  expect((await read('both/x.jpg')).regions.map(({ file }) => file)).toEqual(['x.mask.png']);
});

test.each([
  ['x.xml', 'no XML <at all', /no XML/],
  ['x.xml', '<annotation><object><name>zebra</name></object></annotation>', /object 1 /],
  ['x.xml', '', /no XML/],
  ['boxes.csv', 'file,class_index,x0,y0,x1,y1\nx.jpg,1,8,0,4,16', /line 2 /],
  ['boxes.csv', 'x.jpg,zebra,8,0,24,oops', /line 1 /],
  ['boxes.csv', '\nx.jpg,1,8,0', /line 2 /],
  ['boxes.csv', 'y.jpg,1,0,0,9,9\n"x.jpg,1,8,0,24,16', /quotation mark/],
])('a bad %s is named and stops nothing', async (name, content, reason) => {
  const root = `bad-${String(reason).length}-${content.length}`;
  await write(`${root}/${name}`, content);
  const bad = await read(`${root}/x.jpg`);
  expect(bad.regions).toEqual([]);
  expect(bad.failures).toMatchObject([
    { code: 'badAnnotations', parameters: { file: folder.path(`${root}/${name}`) } },
  ]);
  expect(bad.failures[0]?.parameters['reason']).toMatch(reason);
  if (name === 'boxes.csv') return;
  await write(`${root}/boxes.csv`, 'x.jpg,1,8,0,24,16');
  expect(await read(`${root}/x.jpg`)).toMatchObject({ regions: [{ file: 'boxes.csv' }], failures: [{}] });
});

test('a name of several classes is a mark of none, so that it counts for each of them', async () => {
  await write('cranes/x.xml', xml(object('crane', [8, 0, 24, 16])));
  expect(await read('cranes/x.jpg', { labels: ['crane', 'cup', 'crane'] })).toMatchObject({
    regions: [{ name: 'crane', target: null }],
  });
});

test('a number that is ImageNet’s is shown by the label of that class', async () => {
  await write('background/boxes.csv', `x.jpg,${IMAGENET_LABELS.indexOf('zebra')},8,0,24,16`);
  expect(await read('background/x.jpg', { labels: ['background', ...IMAGENET_LABELS] })).toMatchObject({
    regions: [{ name: 'zebra', target: IMAGENET_LABELS.indexOf('zebra') + 1 }],
  });
});

test('boxes.csv is read as spreadsheets write it', async () => {
  const lines = [
    '\ufefffile,class_index,x0,y0,x1,y1',
    '"say ""hi"", x.png", 1 ,8,0,24,16',
    'a, b.png,2,8,0,24,16',
  ];
  await write('sheet/boxes.csv', lines.join('\r\n'));
  expect((await read('sheet/say "hi", x.png')).regions).toMatchObject([{ name: 'zebra' }]);
  expect((await read('sheet/a, b.png')).regions).toMatchObject([{ name: 'coffee_mug' }]);
});

// As many as a folder may have; each name is searched among 1000 labels.
const MANY = 5000;

test(`${MANY} boxes of names that ImageNet lacks are read at once`, async () => {
  await write('many/x.xml', xml(object('no such thing', [8, 0, 24, 16]).repeat(MANY)));
  const { regions } = await read('many/x.jpg', { labels: IMAGENET_LABELS });
  expect(regions).toHaveLength(MANY);
});

test('a line of 200,000 blanks and commas is read at once', async () => {
  await write('blanks/boxes.csv', `x.jpg,${' '.repeat(100_000)}${' ,'.repeat(50_000)}x`);
  const [failure] = (await read('blanks/x.jpg')).failures;
  expect(failure?.parameters['reason']).toMatch(/line 1 /);
});
