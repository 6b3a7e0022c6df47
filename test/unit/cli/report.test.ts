import { expect, test } from 'vitest';
import { reportText } from '../../../src/cli/report.js';
import { layerOf, MODEL } from '../models.js';
import { explanationOf } from '../webview/subjects.js';

test('the layers of which rounding decides much are named in a sentence, and no others', () => {
  const tensors = ['shallow', 'deep'];
  const info = { ...MODEL, layers: tensors.map((tensor) => layerOf(tensor)) };
  const explanation = explanationOf(0, { shallow: [1, 2], deep: [1, 2] });
  const layers = explanation.layers.map((layer) => ({
    ...layer,
    byRounding: layer.tensor === 'shallow' ? 0.62 : 0.1,
  }));
  const source = { kind: 'image', path: 'zebra.png' } as const;
  const asked = { source, model: 'net.onnx', top: 3 };
  const text = reportText(asked, info, [{ ...explanation, method: 'grad-cam++', layers }]);
  expect(text.split('\n').filter((line) => line.includes('Rounding'))).toEqual([
    expect.stringMatching(/^Rounding decides much of this map: 62\.0 % of the weight .*\. .*\. \(shallow\)$/),
  ]);
});
