import { expect, test } from 'vitest';

import { weightsOf } from '../../../src/cli/weights.js';
import { temporaryFolder } from '../image/helpers.js';

const folder = temporaryFolder();

test('the weights that a graph was exported with are found beside it, unless others are named', async () => {
  const model = folder.path('graph.onnx');
  const file = folder.path('epoch_0001.pt');
  const taken = (reference: string | null): unknown => weightsOf({ model, weights: { file, reference } });
  expect(taken(null)).toEqual({ weights: { file, reference: null } });
  const kept = await folder.write('graph.reference.pt', '');
  expect(taken(null)).toEqual({ weights: { file, reference: kept } });
  const other = folder.path('other.pt');
  expect(taken(other)).toEqual({ weights: { file, reference: other } });
});
