import { expect, it } from 'vitest';
import { ProbePictures } from '../../../../src/extension/checkpoints/probePictures.js';

const never = (): Promise<never> => Promise.reject(new Error('Nothing is read.'));

it('the class of a picture has its number where several have its label', () => {
  const context = {
    engine: { picture: never, annotations: never },
    expectedClass: () => 0,
    describe: String,
  };
  const pictures = new ProbePictures(context, ['/pictures/1.png'], {});
  const labels = ['crane', 'cup', 'crane'];
  const named = (chosen: number | null): string | undefined => {
    const [{ id } = { id: NaN }] = pictures.all;
    pictures.choose(id, chosen, labels);
    return pictures.find(id)?.target?.label;
  };
  expect([2, 1, null].map(named)).toEqual(['crane #2', 'cup', 'crane #0']);
});
