// YOLO's labels, painted classes and the usual headers of tables.
import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';

import { drawn, LABELS, markedFolder, picture } from './marked.js';

const folder = markedFolder();

describe('YOLO', () => {
  const DATA = 'path: .\nnames:\n  0: bee\n  1: 007\n  2: cat\n';

  async function labelled(
    name: string,
    lines: string,
    names = DATA,
  ): Promise<ReturnType<typeof folder.read>> {
    await folder.write(`${name}/labels/train/x.txt`, lines);
    await folder.write(`${name}/data.yaml`, names);
    return folder.read(`${name}/images/train/x.jpg`);
  }

  it('has boxes by their centre and polygons, in parts of the picture', async () => {
    const lines = ['2 0.5 0.5 0.5 0.25', '1 0.25 0.5 0.5 1 0.9', '0 0 0 0.25 0 0.25 0.5 0 0.5', ''];
    const { regions, failures } = await labelled('yolo', lines.join('\r\n'));
    expect(failures).toEqual([]);
    expect(regions.map((region) => [region.name, region.target, drawn(region)])).toEqual([
      ['cat', 2, '2,1.5 to 6,2.5'],
      ['007', null, '0,0 to 4,4'],
      ['bee', 1, '##......\n##......\n........\n........'],
    ]);
  });

  it('has names as a list, in a data.yaml that somebody names, or in a classes.txt beside the labels', async () => {
    const line = '1 0.5 0.5 0.5 0.25';
    expect((await labelled('listed', line, 'names: [ape, cat]')).regions).toMatchObject([{ name: 'cat' }]);
    await folder.write('far/set.yaml', 'names: [ape, bee]');
    await folder.write('near/x.txt', line);
    const sources = [folder.path('far/set.yaml')];
    expect((await folder.read('near/x.jpg', { sources })).regions).toMatchObject([{ name: 'bee' }]);
    // A caption as well as labels, for all that is known.
    expect(await folder.read('near/x.jpg')).toEqual({ regions: [], failures: [] });
    await folder.write('near/classes.txt', 'ape\ncat\n');
    expect((await folder.read('near/x.jpg')).regions).toMatchObject([{ name: 'cat' }]);
  });

  it('has places of key points behind a box where the data set says so', async () => {
    const lines = '2 0.5 0.5 0.5 0.25 0.1 0.1 2 0.2 0.2 2';
    const { regions } = await labelled('pose', lines, `${DATA}kpt_shape: [2, 3]\n`);
    expect(regions.map(drawn)).toEqual(['2,1.5 to 6,2.5']);
  });

  it.each([
    ['2 0.5 0.5 0.5', /line 1 is neither/],
    ['2 0.5 0.5 0 0.5', /line 1 is neither/],
    ['\n2 0.1 0.1 0.2 0.2 0.3 0.3 0.4', /line 2 is neither/],
    ['2 0.1 0.1 x 0.2', /line 1 is neither/],
    ['5 0.5 0.5 0.5 0.5', /class 5, which has no name/],
  ])('is wrong with %j', async (lines, reason) => {
    const { regions, failures } = await labelled(`wrong-${lines.length}-${lines.charCodeAt(0)}`, lines);
    expect(regions).toEqual([]);
    expect(failures.map(({ parameters }) => parameters['reason'])).toEqual([expect.stringMatching(reason)]);
  });

  it.each(['names: 3', '- a', 'names: {a: b}', 'names: [}'])('has no names in %j', async (names) => {
    const { failures } = await labelled(`names-${names.length}`, '0 0.5 0.5 0.5 0.5', names);
    expect(failures).toMatchObject([{ code: 'badAnnotations' }]);
  });
});

describe('painted classes', () => {
  /** 4 × 2 pixels: the left half one, the right half another. */
  const halves = <T>(left: readonly T[], right: readonly T[]): readonly T[] =>
    Array.from({ length: 8 }, (_, pixel) => (pixel % 4 < 2 ? left : right)).flat();

  it('are Pascal VOC’s by their colours, without background and borders', async () => {
    // Numbers 8 and 12 of the data set, which calls the second dog.
    const pixels = halves([64, 0, 0], [224, 224, 192]).with(0, 0).with(23, 128).with(22, 0).with(21, 64);
    await folder.write('voc/SegmentationClass/x.png', await picture([4, 2, 3], pixels));
    const { regions } = await folder.read('voc/JPEGImages/x.jpg');
    expect(regions.map((region) => [region.name, region.target, drawn(region)])).toEqual([
      ['cat', 2, '..##....\n..##....\n####....\n####....'],
      ['dog', null, '........\n........\n......##\n......##'],
    ]);
  });

  it('are what a labelmap.txt lists, by colour or by number', async () => {
    await folder.write(
      'map/labelmap.txt',
      '# label:color_rgb:parts:actions\nbackground:0,0,0::\nbee:1,2,3::\nape:9,9,9\n',
    );
    await folder.write('map/SegmentationClass/x.png', await picture([4, 2, 3], halves([1, 2, 3], [0, 0, 0])));
    await folder.write('map/SegmentationClass/y.png', await picture([4, 2, 1], halves([255], [2])));
    expect((await folder.read('map/images/x.jpg')).regions.map(drawn)).toEqual([
      '####....\n####....\n####....\n####....',
    ]);
    expect((await folder.read('map/images/y.jpg')).regions).toMatchObject([{ name: 'ape', target: 0 }]);
  });

  it('are told where they are not known', async () => {
    await folder.write('odd/SegmentationClass/x.png', await picture([4, 2, 3], halves([1, 2, 3], [0, 0, 0])));
    const { failures } = await folder.read('odd/images/x.jpg');
    expect(failures[0]?.parameters['reason']).toMatch(/^the colour 1,2,3 is of no class/);
  });
});

describe('tables', () => {
  it.each([
    ['filename,width,height,class,xmin,ymin,xmax,ymax\nx.jpg,32,16,cat,8,4,20,12', '2,1 to 5,3'],
    ['Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\nx.jpg;32;16;8;4;20;12;cat', '2,1 to 5,3'],
    ['class_name;image_path;x_min;y_min;x_max;y_max\ncat;images/x.jpg;4;2;10;6', '2,1 to 5,3'],
    ['ImageID\tLabelName\tXMin\tXMax\tYMin\tYMax\nx\tcat\t0.25\t0.625\t0.25\t0.75', '2,1 to 5,3'],
    ['Image,Label,x,y,width,height\r\nx.jpg,cat,4,2,6,4\r\n', '2,1 to 5,3'],
    ['file,name,x1,y1,x2,y2\n"x.jpg",cat,4,2,10,6,', '2,1 to 5,3'],
    ['x.jpg,cat,4,2,10,6', '2,1 to 5,3'],
  ])('are read: %j', async (text, box) => {
    const name = `table-${text.length}`;
    await folder.write(`${name}/boxes.csv`, text);
    const { regions, failures } = await folder.read(`${name}/x.jpg`);
    expect(failures).toEqual([]);
    expect(regions.map((region) => [region.name, drawn(region)])).toEqual([['cat', box]]);
  });

  it('say a class without a box', async () => {
    await folder.write(
      'classes/labels.csv',
      'image,label,x0,y0,x1,y1\nx.jpg,cat,,,,\n"a, b.jpg",bee,0,0,1,8\n',
    );
    expect(await folder.read('classes/x.jpg')).toEqual({ regions: [], failures: [] });
    const { pictures } = await folder.truth(['classes/x.jpg', 'classes/a, b.jpg']);
    expect(pictures).toMatchObject([
      { targets: [2], regions: [0] },
      { targets: [1], regions: [1] },
    ]);
  });
});

const FILES = ['x.xml', 'boxes.csv', 'annotations/instances.json', 'labels/x.txt', 'data.yaml'] as const;
const GOOD: Readonly<Record<(typeof FILES)[number], string>> = {
  'x.xml':
    '<annotation><object><name>cat</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></object></annotation>',
  'boxes.csv': 'file,class,x0,y0,x1,y1\nx.jpg,cat,1,1,3,3\n',
  'annotations/instances.json': JSON.stringify({
    images: [{ id: 1, file_name: 'x.jpg', width: 16, height: 8 }],
    categories: [{ id: 1, name: 'cat' }],
    annotations: [
      { image_id: 1, category_id: 1, bbox: [1, 1, 2, 2] },
      { image_id: 1, category_id: 1, segmentation: { size: [8, 16], counts: 'o3' } },
    ],
  }),
  'labels/x.txt': '0 0.5 0.5 0.5 0.5\n1 0 0 1 0 1 1\n',
  'data.yaml': 'names: [cat, bee]\n',
};

test('damaged files are told in typed failures and never throw', async () => {
  const change = fc.record({
    at: fc.nat(400),
    remove: fc.nat(30),
    insert: fc.oneof(
      fc.string({ maxLength: 6 }),
      fc.constantFrom('"', '{', ']', '<', ',', '\n', '1e999', '-', '\u0000', '&'),
    ),
  });
  let folders = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...FILES),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      async (file, changes) => {
        const name = `fuzz-${folders++}`;
        const damaged = changes.reduce(
          (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
          GOOD[file],
        );
        for (const other of FILES.filter((one) => one === file || one === 'data.yaml'))
          await folder.write(`${name}/${other}`, GOOD[other]);
        await folder.write(`${name}/${file}`, damaged);
        const { regions, failures } = await folder.read(`${name}/x.jpg`);
        for (const failure of failures) expect(failure.code).toMatch(/^(badAnnotations|cannotRead)$/);
        for (const { shape } of regions)
          if (shape.kind === 'box') expect(shape.box.width > 0 && shape.box.height > 0).toBe(true);
        await folder.truth([`${name}/x.jpg`]);
      },
    ),
    { numRuns: 300 },
  );
  expect(LABELS).toHaveLength(3);
});

test('a class that is given by its number carries it where several have its label', async () => {
  await folder.write('same/boxes.csv', 'file,class_index,x0,y0,x1,y1\nx.jpg,2,0,0,4,4\nx.jpg,1,0,0,4,4\n');
  const { regions } = await folder.read('same/x.jpg', { labels: ['crane', 'cup', 'crane'] });
  expect(regions.map(({ name }) => name)).toEqual(['crane #2', 'cup']);
});
