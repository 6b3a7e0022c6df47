// What stands behind a model's logits: its answer is the file's, explained as those logits are by themselves.
import { describe, expect, test } from 'vitest';

import type { Graph, Node } from '../../../src/engine/onnx/graph.js';
import { DataType, floatTensor, int64Tensor, type Tensor } from '../../../src/engine/onnx/tensor.js';
import type { Explanation } from '../../../src/protocol/explanation.js';
import { classifier } from './badFiles.js';
import { call } from './calls.js';
import { caseFile } from './caseFiles.js';
import { node, numbers, run } from './graphs.js';
import { array, engine, expectNear, explain, logitsOf, probabilitiesOf, saved } from './explaining.js';
import { ints, to } from './inputCases.js';

const int = (value: number) => ({ type: 'int', value }) as const;
const strings = (...value: readonly string[]) => ({ type: 'strings', value }) as const;
const classical = (...made: Parameters<typeof node>): Node => ({ ...node(...made), domain: 'ai.onnx.ml' });

/** Both explain the same layers, by the same maps. */
function expectSameMaps(found: Explanation, expected: Explanation): void {
  expect(found.layers.length).toBeGreaterThan(0);
  expect(found.layers.map(({ tensor }) => tensor)).toEqual(expected.layers.map(({ tensor }) => tensor));
  for (const [index, { map }] of found.layers.entries()) {
    const other = expected.layers[index]?.map ?? new Float32Array();
    const largest = Math.max(...Array.from(other, Math.abs), 1e-6);
    const scaled = (values: Float32Array): readonly number[] =>
      Array.from(values, (value) => value / largest);
    expectNear(scaled(map), scaled(other), 1e-4);
  }
}

const PICTURE = numbers([1, 3, 8, 8], 7);
const picture = array('behind', PICTURE.dims, PICTURE.data);

type Constants = Readonly<Record<string, Tensor>>;

/** The classifier of four with operators behind its logits; what the last puts out first is the output. */
function behind(nodes: readonly Node[], constants: Constants = {}, dataType: number = DataType.FLOAT): Graph {
  const graph = classifier();
  const [name = ''] = nodes.at(-1)?.outputs ?? [];
  return {
    ...graph,
    opsets: new Map([
      ['', 18],
      ['ai.onnx.ml', 3],
    ]),
    nodes: [...graph.nodes, ...nodes],
    initializers: new Map([...graph.initializers, ...Object.entries(constants)]),
    outputs: [{ name, dataType, shape: null }],
  };
}

let count = 0;
const file = (graph: Graph): string => saved(`behind-${count++}`, graph);
const bare = file(classifier());
const softmax = node('Softmax', ['logits'], ['s']);
const names: Tensor = {
  dataType: DataType.STRING,
  dims: [4],
  bytes: new Uint8Array(),
  strings: ['a', 'b', 'c', 'd'],
};
const one = floatTensor([1], []);

const explained = (model: string, target: number | null, method: 'clrp' | 'lrp' | 'grad-cam' = 'clrp') =>
  explain(model, picture, { target, method });

describe('probabilities that are not one last Softmax', () => {
  const x = caseFile('probability-outputs/x.png');
  test.each([
    ['clip', [0.0696, 0.4654, 0.3747, 0.0902]],
    ['hand', [0.0696, 0.4654, 0.3747, 0.0902]],
    ['two', [0.7852, 0.2148]],
    ['order', [0.3747, 0.0696, 0.4654, 0.0902]],
    ['temp', [0.1611, 0.3444, 0.3158, 0.1787]],
  ])('%s', async (name, expected) => {
    const explanation = await explain(caseFile(`probability-outputs/${name}.onnx`), x);
    expectNear(probabilitiesOf(explanation), expected);
    expectNear(Array.from(explanation.values), expected);
    expect(explanation.blocked).toEqual([]);
    expect(explanation.layers).toHaveLength(6);
  });

  test('those in percent are shown as they are, and as probabilities', async () => {
    const explanation = await explain(caseFile('probability-outputs/pct.onnx'), x);
    expectNear(Array.from(explanation.values), [6.963, 46.545, 37.474, 9.019]);
    expectNear(probabilitiesOf(explanation), [0.0696, 0.4654, 0.3747, 0.0902]);
  });

  test('those of an ensemble have several logits, of which one can be named', async () => {
    const model = caseFile('probability-outputs/ens.onnx');
    const a = '/a/fc/Gemm_output_0';
    const b = '/b/fc/Gemm_output_0';
    const { layers, blocked, ...said } = await explain(model, x);
    expectNear(Array.from(said.probabilities ?? []), [0.0711, 0.4183, 0.2159, 0.2947]);
    expect(layers).toEqual([]);
    expect(blocked).toHaveLength(12);
    expect(blocked[0]?.blockedBy).toEqual({ op: '', node: `${a}, ${b}`, reason: 'severalLogits' });
    const named = await explain(model, x, { settings: { output: a } });
    expect(named.layers).toHaveLength(6);
    const scored = await explain(model, x, { method: 'score-cam' });
    expect(scored.layers).toHaveLength(12);
  });
});

describe('a Softmax and more', () => {
  const x = caseFile('softmax-then-more/x.npy');
  test.each([
    ['log', [-2.1565, -2.5359, -3.9278, -0.4615, -1.8641]],
    ['twice', [0.179, 0.1726, 0.1626, 0.2995, 0.1862]],
    ['sum', [0.1157, 0.0792, 0.0197, 0.6304, 0.155]],
  ])('%s has its own answer, and the maps of the same logits', async (name, values) => {
    const found = await explain(caseFile(`softmax-then-more/${name}.onnx`), x);
    expectNear(Array.from(found.values), values);
    const shown = name === 'log' ? values.map(Math.exp) : values;
    expectNear(Array.from(found.probabilities ?? []), shown);
    expectSameMaps(found, await explain(caseFile('softmax-then-more/ref.onnx'), x));
  });
});

/** Behind the logits, and the row of each class among these: 4 on for its negation. */
const members: readonly (readonly [string, readonly Node[], Constants, readonly number[]])[] = [
  [
    'log Σ exp subtracted',
    [
      node('ReduceLogSumExp', ['logits', 'axis'], ['l'], { keepdims: int(1) }),
      node('Sub', ['logits', 'l'], ['o']),
    ],
    { axis: int64Tensor([1]) },
    [0, 1, 2, 3],
  ],
  [
    'written out by parts, highest first subtracted',
    [
      node('ReduceMax', ['logits', 'axis'], ['m'], { keepdims: int(1) }),
      node('Sub', ['logits', 'm'], ['zm']),
      node('Exp', ['zm'], ['e']),
      node('ReduceSum', ['e', 'axis'], ['t'], { keepdims: int(1) }),
      node('Log', ['t'], ['lt']),
      node('Sub', ['zm', 'lt'], ['o']),
    ],
    { axis: int64Tensor([1]) },
    [0, 1, 2, 3],
  ],
  [
    'a Softmax over channels, shaped twice',
    [
      node('Reshape', ['logits', 'map'], ['z4']),
      node('Softmax', ['z4'], ['s4'], { axis: int(1) }),
      node('Reshape', ['s4', 'three'], ['s3']),
      node('Reshape', ['s3', 'flat'], ['o']),
    ],
    { map: int64Tensor([1, 4, 1, 1]), three: int64Tensor([1, 1, 4]), flat: int64Tensor([1, -1]) },
    [0, 1, 2, 3],
  ],
  [
    'classes selected and reversed',
    [softmax, node('Slice', ['s', 'from', 'to', 'axis', 'step'], ['o'])],
    { from: int64Tensor([3]), to: int64Tensor([0]), axis: int64Tensor([1]), step: int64Tensor([-1]) },
    [3, 2, 1],
  ],
  [
    'classes named by their places, as the newer exporter writes lists',
    [
      softmax,
      node('Transpose', ['s'], ['t'], { perm: ints([1, 0]) }),
      node('GatherND', ['t', 'places'], ['g']),
      node('Transpose', ['g'], ['o'], { perm: ints([1, 0]) }),
    ],
    { places: int64Tensor([3, 0, 1], [3, 1]) },
    [3, 0, 1],
  ],
  [
    'the first picture of one, taken by its place',
    [softmax, node('Gather', ['s', 'place'], ['o'], { axis: int(0) })],
    { place: int64Tensor([0], []) },
    [0, 1, 2, 3],
  ],
  [
    'the first picture of one, cut out',
    [
      softmax,
      node('Slice', ['s', 'from', 'to', 'axis'], ['c']),
      node('Split', ['c'], ['o'], { axis: int(0), num_outputs: int(1) }),
    ],
    { from: int64Tensor([0]), to: int64Tensor([1]), axis: int64Tensor([0]) },
    [0, 1, 2, 3],
  ],
  [
    'classes named by row and column',
    [softmax, node('GatherND', ['s', 'places'], ['o'])],
    { places: int64Tensor([0, 2, 0, 0], [2, 2]) },
    [2, 0],
  ],
  [
    'classes by GatherElements',
    [softmax, node('GatherElements', ['s', 'places'], ['o'], { axis: int(1) })],
    { places: int64Tensor([1, 3], [1, 2]) },
    [1, 3],
  ],
  [
    'times the reciprocal of the sum, which has lost its axis and got it back',
    [
      node('Exp', ['logits'], ['e']),
      node('ReduceSum', ['e', 'axis'], ['t'], { keepdims: int(0) }),
      node('Reshape', ['t', 'column'], ['t1']),
      node('Reciprocal', ['t1'], ['i']),
      node('Mul', ['e', 'i'], ['o']),
    ],
    { axis: int64Tensor([1]), column: int64Tensor([1, 1]) },
    [0, 1, 2, 3],
  ],
  [
    'divided by its L1 norm',
    [node('Exp', ['logits'], ['e']), node('LpNormalization', ['e'], ['o'], { p: int(1), axis: int(1) })],
    {},
    [0, 1, 2, 3],
  ],
  [
    'log-odds',
    [
      softmax,
      node('Sub', ['one', 's'], ['rest']),
      node('Div', ['s', 'rest'], ['odds']),
      node('Log', ['odds'], ['o']),
    ],
    { one },
    [0, 1, 2, 3],
  ],
  [
    'sharpened and normalised again',
    [
      softmax,
      node('Pow', ['s', 'two'], ['q']),
      node('ReduceSum', ['q', 'axis'], ['t'], { keepdims: int(1) }),
      node('Div', ['q', 't'], ['o']),
    ],
    { two: floatTensor([2], []), axis: int64Tensor([1]) },
    [0, 1, 2, 3],
  ],
  [
    'below a threshold none',
    [softmax, node('Greater', ['s', 'half'], ['g']), node('Where', ['g', 's', 'none'], ['o'])],
    { half: floatTensor([0.2], []), none: floatTensor([0], []) },
    [0, 1, 2, 3],
  ],
  [
    'negations beside',
    [
      node('Sigmoid', ['logits'], ['s']),
      node('Mul', ['s', 'signs'], ['t']),
      node('Add', ['t', 'shifts'], ['o']),
    ],
    { signs: floatTensor([1, -1, 1, -1], [4]), shifts: floatTensor([0, 1, 0, 1], [4]) },
    [0, 5, 2, 7],
  ],
  [
    'logistic functions written out',
    [
      node('Neg', ['logits'], ['n']),
      node('Exp', ['n'], ['e']),
      node('Add', ['e', 'one'], ['p1']),
      node('Div', ['one', 'p1'], ['o']),
    ],
    { one },
    [0, 1, 2, 3],
  ],
];

describe('logits are found back through', () => {
  test.each(members)('%s', async (_, nodes, constants, rows) => {
    const model = file(behind(nodes, constants));
    const logits = logitsOf(await explain(bare, picture));
    const found = logitsOf(await explain(model, picture));
    expectNear(
      found,
      rows.map((row) => (row < 4 ? (logits[row] ?? NaN) : -(logits[row - 4] ?? NaN))),
      1e-4,
    );
    const [row = 0] = rows;
    expectSameMaps(await explained(model, 0, 'grad-cam'), await explained(bare, row, 'grad-cam'));
  });

  test('a selection, whose classes compete with all', async () => {
    const order = { order: int64Tensor([2, 0]) };
    const model = file(behind([softmax, node('Gather', ['s', 'order'], ['o'], { axis: int(1) })], order));
    for (const method of ['clrp', 'lrp', 'grad-cam'] as const)
      expectSameMaps(await explained(model, 0, method), await explained(bare, 2, method));
  });
});

describe('what no score needs is cut off', () => {
  const best = node('ArgMax', ['s'], ['best'], { axis: int(1), keepdims: int(0) });
  const cut: readonly (readonly [string, readonly Node[], Constants])[] = [
    ['the best class', [softmax, best], {}],
    ['its name', [softmax, best, node('Gather', ['names', 'best'], ['label'])], { names }],
    ['the best few', [softmax, node('TopK', ['s', 'k'], ['top', 'places'])], { k: int64Tensor([2]) }],
    [
      'all, sorted, of which there are as many as the tensor says',
      [
        softmax,
        node('Shape', ['s'], ['sizes']),
        node('Gather', ['sizes', 'place'], ['k']),
        node('TopK', ['s', 'k'], ['top', 'places']),
      ],
      { place: int64Tensor([1]) },
    ],
    [
      'places above a threshold',
      [softmax, node('Greater', ['s', 'half'], ['g']), node('NonZero', ['g'], ['o'])],
      { half: floatTensor([0.2], []) },
    ],
    ['the highest score', [softmax, node('ReduceMax', ['s'], ['o'], { keepdims: int(0) })], {}],
    ['a sequence', [softmax, best, node('SequenceConstruct', ['s', 's'], ['o'])], {}],
    [
      'percent in whole numbers',
      [softmax, node('Mul', ['s', 'h'], ['m']), node('Cast', ['m'], ['o'], to(6))],
      { h: floatTensor([100], []) },
    ],
    ['a map', [softmax, classical('ZipMap', ['s'], ['o'], { classlabels_int64s: ints([3, 5, 7, 9]) })], {}],
  ];
  test.each(cut)('%s', async (_, nodes, constants) => {
    const last = nodes.at(-1);
    const isFloat = last?.op === 'TopK' || last?.op === 'ReduceMax';
    const model = file(behind(nodes, constants, isFloat ? DataType.FLOAT : DataType.UNDEFINED));
    expectSameMaps(await explain(model, picture), await explain(bare, picture));
  });
});

describe('class names that the file carries', () => {
  const labelsOf = async (graph: Graph): Promise<readonly string[]> =>
    (await engine.open({ model: file(graph), settings: {} }, call())).labels;
  const best = node('ArgMax', ['s'], ['best'], { axis: int(1), keepdims: int(0) });

  test.each(['old', 'zip_only'])('%s', async (name) => {
    const model = caseFile(`pixel-format-metadata/${name}.onnx`);
    for (const fruit of ['apple', 'banana', 'cherry']) {
      const { target } = await explain(model, caseFile(`pixel-format-metadata/${fruit}.png`));
      expect(target.label).toBe(fruit);
      expect(target.probability).toBeGreaterThan(0.999);
    }
  });

  test('stand among the constants that a label is taken from', async () => {
    const gather = node('Gather', ['names', 'best'], ['label']);
    expect(await labelsOf(behind([softmax, best, gather], { names }, DataType.STRING))).toEqual(
      names.strings,
    );
  });

  test('or are put out beside the scores', async () => {
    const constant = node('Constant', [], ['names'], { value: { type: 'tensor', value: names } });
    const graph = behind([softmax]);
    const outputs = [...graph.outputs, { name: 'names', dataType: DataType.STRING, shape: null }];
    expect(await labelsOf({ ...graph, nodes: [...graph.nodes, constant], outputs })).toEqual(names.strings);
  });

  test('are what a LabelEncoder makes of the numbers', async () => {
    const encoder = classical('LabelEncoder', ['best'], ['label'], {
      keys_int64s: ints([1, 0, 2, 3]),
      values_strings: strings('dog', 'cat', 'owl', 'cow'),
    });
    expect(await labelsOf(behind([softmax, best, encoder], {}, DataType.STRING))).toEqual([
      'cat',
      'dog',
      'owl',
      'cow',
    ]);
  });

  test.each<[string, Parameters<typeof node>[3], number]>([
    [
      'CategoryMapper',
      { cats_int64s: ints([1, 0, 2, 3]), cats_strings: strings('dog', 'cat', 'owl', 'cow') },
      3,
    ],
    ['LabelEncoder', { classes_strings: strings('cat', 'dog', 'owl', 'cow') }, 1],
  ])('or the %s of older files', async (op, attributes, version) => {
    const encoder = classical(op, ['best'], ['label'], attributes);
    const graph = behind([softmax, best, encoder], {}, DataType.STRING);
    const labels = await labelsOf({ ...graph, opsets: new Map([...graph.opsets, ['ai.onnx.ml', version]]) });
    expect(labels).toEqual(['cat', 'dog', 'owl', 'cow']);
  });

  test('or one since ai.onnx.ml 4, whose lists stand in tensors', async () => {
    const encoder = classical('LabelEncoder', ['best'], ['label'], {
      keys_tensor: { type: 'tensor', value: int64Tensor([1, 0, 2, 3]) },
      values_tensor: { type: 'tensor', value: { ...names, strings: ['dog', 'cat', 'owl', 'cow'] } },
    });
    const graph = behind([softmax, best, encoder], {}, DataType.STRING);
    const labels = await labelsOf({ ...graph, opsets: new Map([...graph.opsets, ['ai.onnx.ml', 4]]) });
    expect(labels).toEqual(['cat', 'dog', 'owl', 'cow']);
  });

  test('may be numbers, where these are not just places', async () => {
    const zipMap = (keys: readonly number[]): Graph =>
      behind([softmax, classical('ZipMap', ['s'], ['o'], { classlabels_int64s: ints(keys) })], {}, 0);
    expect(await labelsOf(zipMap([3, 5, 7, 9]))).toEqual(['3', '5', '7', '9']);
    expect(await labelsOf(zipMap([0, 1, 2, 3]))).toEqual(['class 0', 'class 1', 'class 2', 'class 3']);
  });
});

describe('classical heads', () => {
  test('are explained as standard operators', async () => {
    const x = caseFile('sklearn-head/x.npy');
    const found = await explain(caseFile('sklearn-head/logreg.onnx'), x);
    expect(found.target).toMatchObject({ label: 'cat', index: 0 });
    expect(found.target.probability).toBeCloseTo(0.9997, 4);
    expectSameMaps(found, await explain(caseFile('sklearn-head/ref.onnx'), x));
    const { output } = await engine.open(
      { model: caseFile('sklearn-head/logreg.onnx'), settings: {} },
      call(),
    );
    expect(output.name).toBe('probabilities');
  });

  const floats = (dims: readonly number[], seed: number) =>
    ({ type: 'floats', value: numbers(dims, seed).data }) as const;
  const labels = strings('no', 'yes');
  const linear = { coefficients: floats([8], 3), intercepts: floats([2], 4), classlabels_strings: labels };
  const single = { coefficients: floats([4], 3), intercepts: floats([1], 4), classlabels_strings: labels };
  const vectors = { type: 'floats', value: numbers([12], 5).data } as const;
  const svm = {
    ...{ coefficients: floats([3], 3), support_vectors: vectors, rho: floats([1], 4) },
    ...{ vectors_per_class: ints([1, 2]), kernel_type: { type: 'string', value: 'LINEAR' } as const },
    ...{ kernel_params: { type: 'floats', value: [0, 0, 0] } as const, classlabels_strings: labels },
  };
  const transform = (value: string) => ({ post_transform: { type: 'string', value } as const });
  test.each([
    ['one row for two classes', 'LinearClassifier', { ...single, ...transform('LOGISTIC') }],
    ['a row a class, no transform', 'LinearClassifier', { ...linear, ...transform('NONE') }],
    ['a sigmoid each', 'LinearClassifier', { ...linear, ...transform('LOGISTIC') }],
    ['support vectors', 'SVMClassifier', { ...svm, ...transform('NONE') }],
    ['support vectors, logistic', 'SVMClassifier', { ...svm, ...transform('LOGISTIC') }],
  ])('answer as ONNX Runtime’s: %s', async (_, op, attributes) => {
    // The self-check compares with the operator itself.
    const graph = behind([classical(op, ['logits'], ['label', 'o'], attributes)]);
    const model = file({ ...graph, outputs: [{ name: 'o', dataType: DataType.FLOAT, shape: null }] });
    const explanation = await explain(model, picture);
    expect(explanation.layers.length).toBeGreaterThan(0);
    expect(explanation.predictions.map(({ label }) => label).sort()).toEqual(['no', 'yes']);
  });

  const two = (value: number) => ({ type: 'floats', value: [value] }) as const;
  const three = {
    ...{ coefficients: floats([6], 3), rho: floats([3], 4), vectors_per_class: ints([1, 1, 1]) },
    classlabels_strings: strings('no', 'perhaps', 'yes'),
  };
  test.each([
    ['Platt’s probabilities', { ...svm, prob_a: two(-1.3), prob_b: two(0.2) }],
    ['another kernel', { ...svm, kernel_type: { type: 'string', value: 'RBF' } as const }],
  ])('that are not linear in the logits are named: %s', async (_, attributes) => {
    const graph = behind([
      { ...classical('SVMClassifier', ['logits'], ['label', 'o'], attributes), name: '' },
    ]);
    const model = file({ ...graph, outputs: [{ name: 'o', dataType: DataType.FLOAT, shape: null }] });
    const { layers, blocked } = await explain(model, picture);
    expect(layers).toEqual([]);
    expect(blocked.length).toBeGreaterThan(0);
    for (const { blockedBy } of blocked)
      expect(blockedBy).toEqual({ op: 'SVMClassifier', node: 'label', reason: 'noRule' });
  });

  test('that let pairs of classes decide have no score of a class, whatever is made of them', async () => {
    const pairs = classical('SVMClassifier', ['logits'], ['label', 'o'], { ...svm, ...three });
    const refused = {
      failure: { code: 'pairScores', parameters: { count: 3, node: pairs.name } },
    };
    const norm = classical('Normalizer', ['o'], ['n'], { norm: { type: 'string', value: 'L1' } });
    for (const graph of [behind([pairs]), behind([pairs, norm])])
      await expect(explain(file(graph), picture)).rejects.toMatchObject(refused);
  });

  test('may put out more beside, which is explained', async () => {
    const pairs = classical('SVMClassifier', ['logits'], ['label', 'o'], { ...svm, ...three });
    const graph = behind([pairs]);
    const outputs = [...graph.outputs, { name: 'logits', dataType: DataType.FLOAT, shape: null }];
    expectSameMaps(await explain(file({ ...graph, outputs }), picture), await explain(bare, picture));
  });

  test.each(['L1', 'L2', 'MAX'])('normalise as ONNX Runtime’s: %s', async (norm) => {
    const attributes = { norm: { type: 'string', value: norm } } as const;
    const graph = behind([classical('Normalizer', ['logits'], ['o'], attributes)]);
    const expected = (await run(graph, { x: PICTURE })).get('o')?.data ?? [];
    expectNear(logitsOf(await explain(file(graph), picture)), expected, 1e-5);
  });
});

describe('the answer', () => {
  test.each(['opset12', 'opset13'])('that is NaN is told of the file’s tensor: %s', async (name) => {
    const model = caseFile(`selfcheck-softmax12/${name}.onnx`);
    await expect(explain(model, caseFile('selfcheck-softmax12/x.npy'))).rejects.toMatchObject({
      failure: { code: 'notFiniteLogits', parameters: { file: model, tensor: 'z' } },
    });
  });

  test.each([
    [5, 'group'],
    [2, 'sex'],
    [3, 'age'],
  ])('is the output with as many values as there are labels: %i', async (size, output) => {
    const model = caseFile('several-heads/heads.onnx');
    const labels = caseFile(`several-heads/labels-${size}.txt`);
    const info = engine.open({ model, settings: size === 3 ? {} : { labels } }, call());
    await expect(info).resolves.toHaveProperty('output.name', output);
  });
});
