import { expect, test } from 'vitest';

import { sentence } from '../../../src/cli/messages.js';
import { ERROR_TEXTS } from '../../../src/protocol/errors.js';

test('a reference is asked for by the option that the command line has', () => {
  const parameters = { tensor: 'conv1.weight', file: 'epoch_1.pth', model: 'graph.onnx' };
  const told = sentence({ code: 'sharedConstant', parameters, detail: '' });
  expect(told).toMatch(/^The weights conv1\.weight of graph\.onnx .* was exported \(--reference\)\.$/);
});

test('no text that the editor shows, too, knows the options of the command line alone', () => {
  const told = Object.values(ERROR_TEXTS).filter((text) => /--\w/.test(text));
  expect(told.filter((text) => !text.includes('on the command line'))).toEqual([]);
});
