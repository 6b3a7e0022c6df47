// Small files that stand for situations of real model files: what each is told, or answers.
import { writeFileSync } from 'node:fs';
import { create } from '@bufbuild/protobuf';
import { describe, expect, test } from 'vitest';

import { EngineError } from '../../../src/engine/failure.js';
import type { Graph } from '../../../src/engine/onnx/graph.js';
import { type Tensor, DataType, floatTensor, int64Tensor } from '../../../src/engine/onnx/tensor.js';
import { checkEvaluationMode } from '../../../src/engine/prepare/evaluationMode.js';
import { ERROR_TEXTS, type EngineFailure } from '../../../src/protocol/errors.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import {
  AttributeProto_AttributeType,
  FunctionProtoSchema,
  NodeProtoSchema,
} from '../../../src/engine/onnx/gen/onnx_pb.js';
import { bytesOf, classifier } from './badFiles.js';
import { call } from './calls.js';
import { caseFile } from './caseFiles.js';
import { array, at, engine, expectNear, explain, logitsOf } from './explaining.js';
import { constant, node, numbers } from './graphs.js';

/** The sentence that a person reads. */
function textOf({ code, parameters }: EngineFailure): string {
  return ERROR_TEXTS[code].replace(/\{(\w+)\}/g, (_, name: string) => String(parameters[name]));
}

async function refusal(model: string): Promise<string> {
  try {
    await engine.open({ model, settings: {} }, call());
  } catch (error) {
    if (error instanceof EngineError) return textOf(error.failure);
    throw error;
  }
  throw new Error(`${model} opened`);
}

const save = (name: string, content: Uint8Array | string): string => {
  writeFileSync(at(name), content);
  return at(name);
};

const yes: Tensor = { dataType: DataType.BOOL, dims: [], bytes: Uint8Array.of(1) };

/** The classifier with operators between its Relu and its pooling. */
function withBetween(nodes: Graph['nodes'], constants: Readonly<Record<string, Tensor>> = {}): Graph {
  const { nodes: usual, initializers } = classifier();
  const [conv, relu, pool, ...head] = usual;
  if (conv === undefined || relu === undefined || pool === undefined) throw new Error('no such classifier');
  const last = nodes.at(-1)?.outputs[0] ?? '';
  return classifier({
    nodes: [conv, relu, ...nodes, { ...pool, inputs: [last] }, ...head],
    initializers: new Map([...initializers, ...Object.entries(constants)]),
  });
}

describe('a model exported in training mode', () => {
  test.each(['post_11', 'post_17', 'pre_17'])('%s', async (name) => {
    const file = caseFile(`training-mode/${name}.onnx`);
    expect(await refusal(file)).toMatch(
      `${file} was exported in training mode: its node /b1/BatchNormalization (BatchNormalization) works as it does while training. Call model.eval() and export the model again.`,
    );
  });

  test('a Dropout that stayed on', async () => {
    const graph = withBetween([node('Dropout', ['a', '', 'on'], ['d'])], { on: yes });
    const file = save('dropout.onnx', bytesOf(graph));
    expect(await refusal(file)).toBe(
      `Node node of d (Dropout) of ${file} drops values at random, as in training. Call model.eval() and export the model again; F.dropout obeys that only with training=self.training.`,
    );
  });

  test('a Dropout whose flag is of another type first', async () => {
    const flag = node('Cast', ['one'], ['on'], { to: { type: 'int', value: DataType.BOOL } });
    const graph = withBetween([flag, node('Dropout', ['a', '', 'on'], ['d'])], { one: int64Tensor([1]) });
    expect(await refusal(save('flag.onnx', bytesOf(graph)))).toContain('drops values at random');
  });

  test('BatchNormalization by statistics that the model computes of the batch', async () => {
    const statistics = { axes: int64Tensor([0, 2, 3]), s: floatTensor([1, 1, 1, 1, 1], [5]) };
    const graph = withBetween(
      [
        node('ReduceMean', ['a', 'axes'], ['m'], { keepdims: { type: 'int', value: 0 } }),
        node('BatchNormalization', ['a', 's', 's', 'm', 's'], ['d', 'rm', 'rv'], {
          training_mode: { type: 'int', value: 1 },
        }),
      ],
      statistics,
    );
    const sentence = await refusal(save('statistics.onnx', bytesOf(graph)));
    expect(sentence).toContain('(BatchNormalization)');
    expect(sentence).toContain('track_running_stats=False does also after model.eval()');
  });

  test('is none whose BatchNormalization lists further outputs without names', async () => {
    const ones = { s: floatTensor([1, 1, 1, 1, 1], [5]) };
    const { dims, data } = numbers([1, 3, 8, 8], 7);
    const picture = array('norm', dims, data);
    const norm = (outputs: readonly string[]): Promise<Explanation> => {
      const graph = withBetween([node('BatchNormalization', ['a', 's', 's', 's', 's'], outputs)], ones);
      const opsets = new Map([['', 13]]);
      return explain(save(`norm-${outputs.length}.onnx`, bytesOf({ ...graph, opsets })), picture);
    };
    expectNear(logitsOf(await norm(['d', '', '', '', ''])), logitsOf(await norm(['d'])), 1e-6);
  });

  test('BatchNormalization in a local function', () => {
    const body = { opType: 'BatchNormalization', domain: '', name: 'norm' };
    const norm = create(NodeProtoSchema, {
      ...body,
      input: ['a', 's', 'b', 'm', 'v'],
      output: ['y', 'rm', 'rv'],
      attribute: [{ name: 'training_mode', type: AttributeProto_AttributeType.INT, i: 1n }],
    });
    const block = create(FunctionProtoSchema, {
      ...{ name: 'Block', domain: 'own', node: [norm] },
      opsetImport: [{ domain: '', version: 17n }],
    });
    const graph = withBetween([{ ...node('Block', ['a'], ['d']), domain: 'own' }]);
    const failing = (): void => {
      checkEvaluationMode({ ...graph, functions: [block] }, 'm.onnx');
    };
    expect(failing).toThrow('trainingMode');
  });

  test('a Dropout that is on and drops nothing, or is off', () => {
    const none = withBetween([node('Dropout', ['a', 'none', 'on'], ['d'])], {
      on: yes,
      none: floatTensor([0], []),
    });
    const off = withBetween([node('Dropout', ['a', 'half'], ['d'])], { half: floatTensor([0.5], []) });
    for (const graph of [none, off])
      expect(() => {
        checkEvaluationMode(graph, 'm.onnx');
      }).not.toThrow();
  });
});

describe('a model that draws random numbers', () => {
  test.each([
    ['gauss', 'Node random (RandomNormalLike)'],
    ['droppath', 'Node random (RandomUniform)'],
  ])('%s', async (name, start) => {
    const file = caseFile(`random-operators/${name}.onnx`);
    expect(await refusal(file)).toBe(
      `${start} of ${file} draws random numbers, so the model answers differently every time. Call model.eval() and export the model again without noise.`,
    );
  });

  test('Bernoulli', async () => {
    const half = node('Sigmoid', ['a'], ['half']);
    const file = save('b.onnx', bytesOf(withBetween([half, node('Bernoulli', ['half'], ['d'])])));
    expect(await refusal(file)).toContain(`Node node of d (Bernoulli) of ${file} draws random numbers`);
  });

  test('beside the way to the outputs it does no harm', () => {
    const graph = classifier();
    const nodes = [...graph.nodes, node('RandomNormalLike', ['a'], ['noise'])];
    expect(() => {
      checkEvaluationMode({ ...graph, nodes }, 'm.onnx');
    }).not.toThrow();
  });
});

describe('a file that stands for another', () => {
  test.each([
    ['model.onnx', 'model.onnx', 'is a Git LFS pointer, not the file itself. Run "git lfs pull".'],
    ['ext.onnx', 'ext.onnx.data', 'is a Git LFS pointer, not the file itself. Run "git lfs pull".'],
    ['page.onnx', 'page.onnx', 'is a web page, as a server sends it in place of a file.'],
  ])('%s', async (name, named, text) => {
    expect(await refusal(caseFile(`lfs-pointer/${name}`))).toContain(
      `${caseFile(`lfs-pointer/${named}`)} ${text}`,
    );
  });

  test.each(['\ufeff<html>', '<?xml version="1.0"?>\n<!DOCTYPE html>', '<!-- sign in --><head>'])(
    'the web page %s',
    async (page) => {
      expect(await refusal(save('page.onnx', page))).toContain('is a web page');
    },
  );
});

describe('a detector', () => {
  test.each(['a', 'b'])('%s', async (name) => {
    const file = caseFile(`anchors/${name}.onnx`);
    expect(await refusal(file)).toBe(
      `${file} detects: it puts out a value for each of 1568 places. Detection is not explained.`,
    );
  });

  test('boxes and scores of several maps', async () => {
    const graph = classifier();
    const file = save(
      'boxes.onnx',
      bytesOf({
        ...graph,
        nodes: [
          ...graph.nodes.slice(0, 2),
          node('MaxPool', ['a'], ['half'], { kernel_shape: { type: 'ints', value: [2, 2] } }),
          node('Flatten', ['a'], ['first'], { axis: { type: 'int', value: 2 } }),
          node('Flatten', ['half'], ['second'], { axis: { type: 'int', value: 2 } }),
          node('Concat', ['first', 'second'], ['both'], { axis: { type: 'int', value: 1 } }),
          node('Sigmoid', ['both'], ['logits']),
        ],
      }),
    );
    expect(await refusal(file)).toMatch(/ detects: it puts out a value for each of \d+ places/);
  });

  const outputs = (...names: readonly string[]) =>
    names.map((name) => ({ name, dataType: DataType.FLOAT, shape: null }));
  const refused = (name: string, graph: Partial<Graph>): Promise<string> =>
    refusal(save(`${name}.onnx`, bytesOf({ ...classifier(), ...graph })));

  test('boxes beside scores, as transformers put them out', async () => {
    const { nodes, initializers } = classifier();
    const rows = (name: string, size: string) => [
      node('MatMul', ['laid', size], [`${name}/row`]),
      node('Reshape', [`${name}/row`, `${name}/shape`], [name]),
    ];
    const text = await refused('boxes-and-scores', {
      nodes: [
        ...nodes.slice(0, 3),
        node('Flatten', ['p'], ['laid']),
        ...rows('boxes', 'four'),
        ...rows('scores', 'six'),
      ],
      initializers: new Map([
        ...initializers,
        ['four', constant(numbers([5, 40], 3))],
        ['six', constant(numbers([5, 60], 4))],
        ['boxes/shape', int64Tensor([1, 10, 4])],
        ['scores/shape', int64Tensor([1, 10, 6])],
      ]),
      outputs: outputs('scores', 'boxes'),
    });
    expect(text).toMatch(/ detects: it puts out 10 boxes with scores\. Detection is not explained\.$/);
  });

  test('the head of a YOLO: 4 + classes, by places', async () => {
    const text = await refused('yolo', {
      nodes: [
        ...classifier().nodes.slice(0, 2),
        node('Flatten', ['a'], ['rows'], { axis: { type: 'int', value: 2 } }),
        node('Reshape', ['rows', 'shape'], ['first']),
        node('Sigmoid', ['first'], ['logits']),
      ],
      initializers: new Map([...classifier().initializers, ['shape', int64Tensor([1, 5, 36])]]),
    });
    expect(text).toMatch(/ detects: it puts out a value for each of 36 places\./);
  });

  test('NonMaxSuppression', async () => {
    const { nodes, initializers } = classifier();
    const text = await refused('nms', {
      nodes: [...nodes, node('NonMaxSuppression', ['boxes', 'scores'], ['selected'])],
      initializers: new Map([
        ...initializers,
        ['boxes', constant(numbers([1, 3, 4], 3))],
        ['scores', constant(numbers([1, 1, 3], 4))],
      ]),
      outputs: [...outputs('logits'), { name: 'selected', dataType: DataType.INT64, shape: null }],
    });
    expect(text).toMatch(
      / detects: its node node of selected \(NonMaxSuppression\) chooses among overlapping boxes\./,
    );
  });

  test.each([
    { channels: 5, text: / segments: it puts out classes for each of 8 × 8 positions\./ },
    { channels: 1, text: / puts out a map, 1 × 8 × 8, and no value for each class\./ },
  ])('a map of $channels channels', async ({ channels, text }) => {
    const found = await refused('map', {
      nodes: [node('Conv', ['x', 'w'], ['map'])],
      initializers: new Map([['w', constant(numbers([channels, 3, 1, 1], 1))]]),
      outputs: outputs('map'),
    });
    expect(found).toMatch(text);
  });

  test('the letters of a line of text', async () => {
    const text = await refused('letters', {
      nodes: [
        node('Conv', ['x', 'w'], ['map']),
        node('Squeeze', ['map', 'row'], ['columns']),
        node('Transpose', ['columns'], ['t'], { perm: { type: 'ints', value: [2, 0, 1] } }),
        node('LogSoftmax', ['t'], ['letters'], { axis: { type: 'int', value: 2 } }),
      ],
      initializers: new Map([
        ['w', constant(numbers([6, 3, 8, 1], 1))],
        ['row', int64Tensor([2])],
      ]),
      outputs: outputs('letters'),
    });
    expect(text).toMatch(/ puts out values for each of 8 columns of the picture, as what reads text does/);
  });

  test('the class of every position', async () => {
    const found = await refused('classes', {
      nodes: [
        node('Conv', ['x', 'w'], ['map']),
        node('ArgMax', ['map'], ['class'], { axis: { type: 'int', value: 1 } }),
      ],
      initializers: new Map([['w', constant(numbers([5, 3, 1, 1], 1))]]),
      outputs: [{ name: 'class', dataType: DataType.INT64, shape: null }],
    });
    expect(found).toMatch(/ segments: it puts out classes for each of 8 × 8 positions\./);
  });

  test('a classifier whose last map is one place is none', async () => {
    const open = engine.open(
      {
        model: save(
          'places.onnx',
          bytesOf(
            classifier({
              nodes: [
                ...classifier().nodes.slice(0, 3),
                node('Transpose', ['p'], ['t'], { perm: { type: 'ints', value: [0, 2, 3, 1] } }),
                node('Flatten', ['t'], ['logits']),
              ],
            }),
          ),
        ),
        settings: {},
      },
      call(),
    );
    await expect(open).resolves.toHaveProperty('output.name', 'logits');
  });
});
