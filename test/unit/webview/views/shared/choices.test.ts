import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { movedTo, neighbour, toggled } from '../../../../../src/webview/views/shared/choices.js';

const ALL = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
const chosen = fc.uniqueArray(fc.constantFrom(...ALL));
const item = fc.constantFrom(...ALL);

describe('choices', () => {
  it('are taken out and put in before what comes later', () => {
    expect(toggled(['b', 'd', 'f'], 'd', ALL)).toEqual(['b', 'f']);
    expect(toggled(['b', 'f'], 'd', ALL)).toEqual(['b', 'd', 'f']);
    expect(toggled(['f', 'b'], 'd', ALL)).toEqual(['d', 'f', 'b']);
    expect(toggled([], 'd', ALL)).toEqual(['d']);
  });

  it('hold an item once or not at all, whatever is done', () => {
    fc.assert(
      fc.property(chosen, item, (list, one) => {
        const once = toggled(list, one, ALL);
        expect(once.includes(one)).toBe(!list.includes(one));
        expect(toggled(once, one, ALL).includes(one)).toBe(list.includes(one));
        expect(new Set(once).size).toBe(once.length);
      }),
    );
  });

  it('take the place of another, which moves aside', () => {
    expect(movedTo(['a', 'b', 'c', 'd'], 'd', 'b')).toEqual(['a', 'd', 'b', 'c']);
    expect(movedTo(['a', 'b', 'c', 'd'], 'a', 'c')).toEqual(['b', 'c', 'a', 'd']);
    expect(movedTo(['a', 'b'], 'a', 'x')).toEqual(['a', 'b']);
  });

  it('stand where they were told to once they are moved', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(ALL, { minLength: 2 }), fc.nat(), fc.nat(), (list, from, to) => {
        const [one, place] = [list[from % list.length] ?? '', list[to % list.length] ?? ''];
        const moved = movedTo(list, one, place);
        expect(moved.indexOf(one)).toBe(list.indexOf(place));
        expect([...moved].sort()).toEqual([...list].sort());
      }),
    );
  });

  it('have neighbours but at the ends', () => {
    expect(neighbour(ALL, 'a', -1)).toBeUndefined();
    expect(neighbour(ALL, 'a', 1)).toBe('b');
    expect(neighbour(ALL, 'h', 1)).toBeUndefined();
  });
});
