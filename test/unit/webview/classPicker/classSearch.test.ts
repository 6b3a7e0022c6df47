import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ClassNames } from '../../../../src/labels/classNames.js';
import { IMAGENET_LABELS } from '../../../../src/labels/imagenet.js';
import { searchClasses } from '../../../../src/webview/classPicker/classSearch.js';

const LABELS = [
  'tusker',
  'sea lion',
  'lion',
  'dandelion',
  'lionfish',
  'great white shark',
  '2',
  'C++ (book)',
];

function found(query: string): readonly string[] {
  return searchClasses(LABELS, query, 10).indices.map((index) => LABELS[index] ?? '');
}

describe('search over the classes', () => {
  it('puts the label itself first, then beginnings of labels, of words, and the rest', () => {
    expect(found('lion')).toEqual(['lion', 'lionfish', 'sea lion', 'dandelion']);
  });

  it('wants every word but in any order', () => {
    expect(found('shark white')).toEqual(['great white shark']);
    expect(found('shark black')).toEqual([]);
  });

  it('knows classes by their number, before labels that hold it', () => {
    expect(found('2')).toEqual(['lion', '2']);
    expect(found('#0')).toEqual(['tusker']);
  });

  it('finds ImageNet’s classes by their WordNet ids, and any class by one of the names that its label lists', () => {
    const search = (labels: readonly string[], query: string): readonly string[] =>
      searchClasses(labels, query, 10, new ClassNames(labels).named(query)).indices.map(
        (index) => labels[index] ?? '',
      );
    expect(search(IMAGENET_LABELS, 'n01440764')).toEqual(['tench']);
    expect(search(['background', ...IMAGENET_LABELS], 'n01518878')).toEqual(['ostrich']);
    expect(search(['tiger cat', 'n02123045 tabby, tabby cat'], 'Tabby_Cat')).toEqual([
      'n02123045 tabby, tabby cat',
    ]);
  });

  it('takes signs as they are', () => {
    expect(found('c++ (')).toEqual(['C++ (book)']);
    expect(found('.*')).toEqual([]);
  });

  it('counts all matches beyond the limit', () => {
    expect(searchClasses(LABELS, 'lion', 2)).toEqual({ indices: [2, 4], total: 4 });
  });

  it('finds exactly the labels that contain all words', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '-', 'É'), maxLength: 6 });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), word, (labels, query) => {
        const words = query.toLowerCase().split(' ');
        const expected = labels.flatMap((label, index) =>
          words.every((part) => label.toLowerCase().includes(part)) ? [index] : [],
        );
        const { indices, total } = searchClasses(labels, query, labels.length);
        expect(indices.toSorted((a, b) => a - b)).toEqual(expected);
        expect(total).toBe(expected.length);
      }),
    );
  });
});
