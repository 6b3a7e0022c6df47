import { describe, expect, it } from 'vitest';

import { picturesAmong, placeOf, stepFrom } from '../../../../src/extension/panel/folderPictures.js';

const FILES = ['10.png', '2.JPG', '1.png', '1.mask.png', '.3.png', 'notes.txt', 'masks', '2.json'];
const PICTURES = ['1.png', '2.JPG', '10.png'];

describe('the pictures of a folder', () => {
  it('are in the order of their numbers, without masks and what is hidden', () => {
    expect(picturesAmong(FILES)).toEqual(PICTURES);
  });

  it('have a place, which a file that is gone has not', () => {
    expect(placeOf('/zebra/2.JPG', PICTURES)).toEqual({ place: 2, count: 3 });
    expect(placeOf('/zebra/3.png', PICTURES)).toBeNull();
  });

  it('follow each other up to the ends', () => {
    expect(stepFrom('/zebra/2.JPG', 1, PICTURES)).toBe('10.png');
    expect(stepFrom('/zebra/2.JPG', -1, PICTURES)).toBe('1.png');
    expect(stepFrom('/zebra/10.png', 1, PICTURES)).toBeNull();
    expect(stepFrom('/zebra/1.png', -1, PICTURES)).toBeNull();
  });

  it('are found from one that was deleted', () => {
    expect(stepFrom('/zebra/5.png', 1, PICTURES)).toBe('10.png');
    expect(stepFrom('/zebra/5.png', -1, PICTURES)).toBe('2.JPG');
  });
});
