// How relevance passes the operators of a transformer, as the command line tells it.
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../image/helpers.js';
import { program, ROOT } from './program.js';

const cli = program('readings');
const folder = temporaryFolder();

const NET = join(ROOT, 'test/fixtures/signed');
const model = join(NET, 'vit.onnx');
const explained = ['explain', '--model', model, '--image', join(NET, 'pictures/00.png'), '--method', 'clrp'];
const IDLE = 'In the last block only the class token goes on to the classifier';

test('the tree names the reading of each operator, and a legend says what each does', async () => {
  const { printed } = await cli('inspect', '--model', model);
  expect(printed).toMatch(/conv1 +Conv +24 × 56 × 56 +zᴮ\n/);
  expect(printed).toMatch(/patch_embed +Conv +56 × 7 × 7 +z⁺\n/);
  expect(printed).toMatch(/blocks +Add +56 × 7 × 7 tokens +tokens\n/);
  for (const name of ['zᴮ', 'z⁺', 'tokens'])
    expect(printed.match(new RegExp(`^${name}: relevance passes this operator`, 'gm')), name).toHaveLength(1);
  expect(printed).not.toMatch(/^γ/m);
});

test('the tokens of the picture in the last block are said to take no part, those before are not', async () => {
  const { printed } = await cli(...explained, '--layers', 'blocks/4,blocks/5');
  const [before = '', after = ''] = printed.split(IDLE);
  expect(before).toMatch(/blocks\/4\/Add_1/);
  expect(after).toMatch(/blocks\/5\/Add_1/);
  expect(after).not.toMatch(/blocks\/4/);
});

test('in a grid of maps a sentence stands in the place of such a map', async () => {
  const out = folder.path('grid.png');
  await cli(...explained, '--layers', 'blocks/5/Add_1', '--out', out);
  const drawn = await sharp(out).raw().toBuffer({ resolveWithObject: true });
  const { width, height } = drawn.info;
  // Black letters on white, where a map over the picture would have covered all.
  const cell = { left: width - 200, top: height - 160, width: 100, height: 100 };
  const { channels } = await sharp(out).extract(cell).stats();
  for (const { min, max } of channels) expect([min, max]).toEqual([0, 255]);
});
