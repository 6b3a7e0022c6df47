import { expect, test } from 'vitest';
import { mayMark } from '../../../../src/extension/panel/marking.js';

const PICTURE = '/ws/zebra/1.png';

test.each([
  '/ws/zebra/1.xml',
  '/ws/zebra/1.mask.png',
  '/ws/zebra/1.grass.mask.png',
  '/ws/zebra/boxes.csv',
  '/ws/zebra/1.json',
  '/ws/instances_val.json',
  '/ws/labels/1.txt',
  '/ws/zebra/Annotations/1.xml',
  '/ws/zebra/masks/1.png',
  '/ws/masks/1.grass.png',
  '/ws/zebra/masks',
])('%s may mark something in the picture', (file) => {
  expect(mayMark(PICTURE, file)).toBe(true);
});

test.each([
  PICTURE,
  '/ws/zebra/1.resnet50.layer4.zebra.relevance-cam.overlay.png',
  '/ws/zebra/1.resnet50.layer4.zebra.relevance-cam.map.npy',
  '/ws/zebra/1.resnet50.layer4.zebra.relevance-cam.json',
  '/ws/zebra/1.resnet50.layer4.zebra.relevance-cam.weights.csv',
  '/ws/zebra/1.resnet50.zebra.compare.png',
  '/ws/zebra/10.xml',
  '/ws/zebra/1.net.layer4.coco.relevance-cam.json',
  '/ws/zebra/masks/2.png',
])('%s does not', (file) => {
  expect(mayMark(PICTURE, file)).toBe(false);
});
