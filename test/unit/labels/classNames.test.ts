// What a name means among a model's classes: for folders, annotations and the command line alike.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { selectClass } from '../../../src/cli/selectClass.js';
import { ClassNames } from '../../../src/labels/classNames.js';
import { IMAGENET_LABELS, WORDNET_IDS } from '../../../src/labels/imagenet.js';

const LABELS = [
  'tench, Tinca tinca',
  'great white shark',
  'n02504458 African elephant, Loxodonta africana',
  'crane',
  'crane',
  '12',
  'T-shirt',
  't shirt',
  'caf\u00e9',
];
/** The ids of zebra and of the crane that is a machine. */
const [ZEBRA, CRANE] = ['n02391049', 'n03126707'];

test.each<[string, readonly number[]]>([
  ['tench', [0]],
  ['Tinca_tinca', [0]],
  ['tench, Tinca tinca', [0]],
  ['great-white-shark', [1]],
  ['GREAT White Shark ', [1]],
  ['n02504458', [2]],
  ['N02504458', [2]],
  ['african elephant', [2]],
  ['African elephant, Loxodonta africana', [2]],
  ['loxodonta_africana', [2]],
  ['crane', [3, 4]],
  ['4', [4]],
  ['004', [4]],
  ['12', [5]],
  ['9', []],
  ['T-shirt', [6]],
  ['t shirt', [7]],
  ['t_shirt', [6, 7]],
  ['cafe\u0301', [8]],
  ['shark', []],
  ['elephant', []],
  [ZEBRA, []],
  ['photos', []],
  [' ', []],
])('%s means the classes %j', (name, indices) => {
  const classes = new ClassNames(LABELS);
  expect(classes.named(name)).toEqual(indices);
  expect(classes.only(name)).toBe(indices.length === 1 ? indices[0] : null);
  const select = (): number => selectClass({ labels: LABELS, path: 'net.onnx' }, name);
  if (indices.length === 1) expect(select()).toBe(indices[0]);
  else expect(select).toThrow(indices.length === 0 ? /is not a class/ : /Several classes/);
});

describe('WordNet ids', () => {
  const zebra = IMAGENET_LABELS.indexOf('zebra');
  const crane = IMAGENET_LABELS.lastIndexOf('crane');

  test.each<[string, readonly string[], number]>([
    ['ImageNet’s labels', IMAGENET_LABELS, 0],
    ['a class for the background before them', ['background', ...IMAGENET_LABELS], 1],
    ['another spelling of some', IMAGENET_LABELS.map((label, i) => (i % 3 ? `${label}, other` : `x${i}`)), 0],
  ])('are those of the classes with %s', (_, labels, start) => {
    const classes = new ClassNames(labels);
    expect(classes.only(ZEBRA)).toBe(zebra + start);
    expect(classes.only(CRANE)).toBe(crane + start);
    expect(classes.only(`${ZEBRA}-Some_Name`)).toBe(zebra + start);
    expect(WORDNET_IDS.map((id) => classes.only(id))).toEqual(WORDNET_IDS.map((__, i) => i + start));
    expect(classes.wordNetId(zebra + start)).toBe(ZEBRA);
    expect(classes.wordNetId(start - 1)).toBeNull();
  });

  test('are found by their names in a model of some of the classes, where ImageNet has one of the name', () => {
    const classes = new ClassNames(['cup', 'Zebra', 'crane']);
    expect(classes.only(ZEBRA)).toBe(1);
    expect(classes.only(CRANE)).toBeNull();
    expect(classes.wordNetId(1)).toBeNull();
  });

  test('mean nothing in a model of 1000 other classes', () => {
    const classes = new ClassNames(IMAGENET_LABELS.map((_, index) => `species ${index}`));
    expect(classes.only(ZEBRA)).toBeNull();
  });
});

describe('numbers of a data set', () => {
  test('are the model’s own', () => {
    const classes = new ClassNames(['cat', 'cup', '0']);
    expect([0, 1, 2, 3].map((number) => classes.numbered(number))).toEqual([0, 1, 2, null]);
    expect(new ClassNames(IMAGENET_LABELS).numbered(300)).toBe(300);
  });

  test('are ImageNet’s where a class for the background comes before ImageNet’s', () => {
    const labels = ['background', ...IMAGENET_LABELS];
    const classes = new ClassNames(labels);
    expect(labels[classes.numbered(300) ?? 0]).toContain('tiger beetle');
    expect([999, 1000].map((number) => classes.numbered(number))).toEqual([1000, null]);
  });
});

describe('laws', () => {
  const word = fc.stringMatching(/^[a-zA-Zä가 _-]{1,4}$/);
  const labels = fc.array(
    fc.oneof(
      word,
      fc.tuple(word, word).map((words) => words.join(', ')),
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  );

  test('every class is found again by the name kept for it', () => {
    fc.assert(
      fc.property(labels, (all) => {
        const classes = new ClassNames(all);
        expect(all.map((_, index) => classes.only(classes.nameOf(index)))).toEqual([...all.keys()]);
      }),
    );
  });

  test('a label finds exactly its own classes, in another spelling these too', () => {
    fc.assert(
      fc.property(labels, fc.nat(), (all, pick) => {
        const label = all[pick % all.length] ?? '';
        fc.pre(/[^\s_-]/.test(label));
        const classes = new ClassNames(all);
        const own = [...all.keys()].filter((index) => all[index] === label);
        expect(classes.named(label)).toEqual(own);
        const spelled = ` ${label.toUpperCase().replaceAll(' ', '_')}-`.normalize('NFD');
        fc.pre(
          spelled.normalize().toLowerCase() === spelled.normalize().toLowerCase().toUpperCase().toLowerCase(),
        );
        expect(classes.named(spelled)).toEqual(expect.arrayContaining(own));
      }),
    );
  });
});
