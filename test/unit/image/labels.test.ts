import fc from 'fast-check';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseLabels } from '../../../src/engine/image/labelForms.js';
import { loadLabels } from '../../../src/engine/image/labels.js';
import { failureOf } from './helpers.js';

let folder = '';
let model = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'relevance-cam-test-'));
  model = join(folder, 'net.onnx');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});
const write = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);

test('ImageNet for 1000 and 1001 classes', async () => {
  const labels = await loadLabels(model, 1000, {});
  expect(labels).toHaveLength(1000);
  // Indices that everybody who works with ImageNet knows.
  expect([0, 101, 281, 340, 386, 999].map((index) => labels[index])).toEqual([
    'tench',
    'tusker',
    'tabby',
    'zebra',
    'African elephant',
    'toilet tissue',
  ]);
  const shifted = await loadLabels(model, 1001, {});
  expect([shifted.length, shifted[0], shifted[1], shifted[341]]).toEqual([
    1001,
    'background',
    'tench',
    'zebra',
  ]);
});

test('numbers where nothing is known', async () => {
  expect(await loadLabels(model, 3, {})).toEqual(['class 0', 'class 1', 'class 2']);
});

test.each<[string, string]>([
  ['net.labels.txt', 'cat\r\ndog\r\n'],
  ['net.labels.json', '["cat", "dog"]'],
  ['net.labels.json', '{"1": "dog", "0": "cat"}'],
  ['net.labels.json', '{"dog": 1, "cat": 0}'],
  ['net.labels.json', '{"0": ["n02123045", "cat"], "1": ["n02084071", "dog"]}'],
  ['labels.txt', 'cat\ndog\n\n'],
  ['classes.txt', 'n02123045 cat\nn02084071 dog'],
  ['config.json', '{"id2label": {"0": "cat", "1": "dog"}, "label2id": {}}'],
  ['config.json', '{"architecture": "resnet18", "label_names": ["cat", "dog"]}'],
  [
    'config.json',
    '{"label_names": ["n02123045", "dog"], "label_descriptions": {"n02123045": "cat", "n02084071": "no"}}',
  ],
  ['class_names.json', '["cat", "dog"]'],
  ['class_names.json', '{"cat": 0, "dog": 1}'],
  ['labels.json', '{"labels": ["cat", "dog"]}'],
  ['labels.json', '{"names": {"0": "cat", "1": "dog"}}'],
  ['labels.json', '{"model": "net", "classes": {"dog": 1, "cat": 0}}'],
  ['labels.json', '[{"id": 1, "name": "dog"}, {"id": 0, "name": "cat"}]'],
  [
    'labels.json',
    '{"categories": [{"id": 1, "name": "cat", "supercategory": "pet"}, {"id": 2, "name": "dog"}]}',
  ],
  ['labels.json', '[{"label": "cat"}, {"label": "dog"}]'],
  ['signature.json', '{"format": "onnx", "classes": {"Label": ["cat", "dog"]}, "outputs": {}}'],
  ['environment.json', '{"MODEL_NAME": "m", "CLASS_MAP": {"0": "cat", "1": "dog"}, "PREPROCESSING": "{}"}'],
  [
    'inference.yml',
    'PostProcess:\n  Topk:\n    topk: 1\n    label_list:\n    - cat\n    - dog\nHpi:\n  a: b\n',
  ],
  ['inference.yml', 'label_list:\n  - \'cat\'\n  - "dog"'],
  ['inference.yml', 'PostProcess:\n  Topk:\n    label_list:\n      0: cat\n      1: dog\n'],
  [
    'inference.yml',
    'PostProcess:\n  ThreshOutput:\n    threshold: 0.9\n    label_0: cat\n    label_1: dog\n',
  ],
  [
    'inference.yml',
    'PostProcess:\n  MultiLabelThreshOutput:\n    threshold: 0.5\n    label_list: [cat, dog]\n',
  ],
  ['class_indices.json', '{"dog": 1, "cat": 0}'],
  ['index_to_name.json', '{"0": ["n02123045", "cat"], "1": ["n02084071", "dog"]}'],
  ['labels_map.txt', '{"0": "cat", "1": "dog"}'],
  ['labels.csv', 'index,name\n0,cat\n1,dog\n'],
  ['classes.txt', '0 cat\n1 dog'],
  ['classes.txt', '1,dog\r\n0,cat'],
  ['classes.txt', '1: cat\n2: dog\n'],
  ['class_names.txt', '\uFEFFcat\ndog'],
  ['synset.txt', 'n02123045 cat\nn02084071 dog'],
  ['synset.txt', '0,n02123045,cat\n1,n02084071,dog'],
  ['labels.txt', "{0: 'cat',\n 1: 'dog',\n}"],
  ['labels.txt', "{'cat': 0, 'dog': 1}"],
  ['labels.txt', "['cat', 'dog']"],
  ['labels.txt', "('cat', 'dog')"],
  ['labels.txt', '# my pets\ncat\n\ndog\n'],
  ['labels.txt', '"cat"\n"dog"'],
  ['labels.txt', 'cat,\ndog,\n'],
  ['labels.txt', 'cat;dog;\n'],
  ['labels.txt', 'cat\t0\ndog\t1'],
  ['labels.txt', 'dog: 1\ncat: 0'],
  ['labels.txt', 'dog 1\ncat 0'],
  ['labels.txt', '1 cat\n2 dog'],
  ['labels.txt', '0. cat\n1. dog'],
  ['labels.txt', '[0] cat\n[1] dog'],
  ['labels.txt', '0=cat\n1=dog'],
  ['labels.txt', '0: "cat"\n1: "dog"'],
  ['labels.txt', 'n02123045 1 cat\nn02084071 2 dog'],
  ['labels.csv', 'name\ncat\ndog\n'],
  ['labels.csv', 'class_id;class_name\n1;dog\n0;cat\n'],
  ['labels.csv', 'id,wnid,name\n0,n02123045,"cat"\n1,n02084071,dog\n'],
  ['class_names.csv', 'Name,Index\ndog,1\ncat,0\n'],
  ['labels.csv', 'Nr;Bezeichnung\n0;cat\n1;dog\n'],
  ['labels.tsv', '0\tcat\n1\tdog'],
  ['labels.json', '{"cat": "0", "dog": "1"}'],
  ['labels.json', '{"0": {"name": "cat", "color": "red"}, "1": {"name": "dog"}}'],
  ['labels.json', '[{"class_id": "1", "class_name": "dog"}, {"class_id": "0", "class_name": "cat"}]'],
  ['labels.json', '{"dataset": {"version": 3, "classes": ["cat", "dog"]}}'],
  ['labels.json', '{"Labels": ["cat", "dog"]}'],
  ['labels.json', '{"id": 1, "name": "dog"}\n{"id": 0, "name": "cat"}'],
  ['labels.json', '// in order\n["cat", "dog"]'],
  ['imagenet_class_index.json', '{"0": ["n02123045", "cat"], "1": ["n02084071", "dog"]}'],
  ['id2label.json', '{"0": "cat", "1": "dog"}'],
  ['class_mapping.json', '{"cat": 0, "dog": 1}'],
  ['metadata.json', '{"tfjsVersion": "1.3", "labels": ["cat", "dog"], "imageSize": 224}'],
  ['metadata.yaml', 'task: classify\nimgsz:\n- 224\nnames:\n  0: cat\n  1: dog\n'],
  ['data.yaml', "train: ../train\nnc: 2\nnames: ['cat', 'dog']\n"],
  ['classes.yaml', '- cat\n- dog\n'],
  ['Labels.TXT', 'cat\ndog'],
  ['synset_words.txt', 'n02123045 cat\nn02084071 dog'],
  ['classes.names', 'cat\ndog'],
  ['net_classes.txt', 'cat\ndog'],
  ['net.onnx.labels.txt', 'cat\ndog'],
  ['config.json', '{"architecture": "x", "pretrained_cfg": {"label_names": ["cat", "dog"]}}'],
  ['config.json', '{"model": "x", "class_names": ["cat", "dog"]}'],
  ['config.json', '{"label2id": {"cat": 0, "dog": 1}}'],
])('beside the model in %s: %s', async (name, text) => {
  await write(name, text);
  expect(await loadLabels(model, 2, {})).toEqual(['cat', 'dog']);
});

test.each<[string, string, readonly string[]]>([
  [
    'names with commas',
    'n01440764 tench, Tinca tinca\nn01443537 goldfish',
    ['tench, Tinca tinca', 'goldfish'],
  ],
  ['names that are numbers', '0\n1', ['0', '1']],
  ['names that begin with numbers', '1 cent\n2 cent', ['1 cent', '2 cent']],
  ['a first name without a number', 'one, of many\n7, two', ['one, of many', '7, two']],
  ['years', '1990 wine\n1991 wine', ['1990 wine', '1991 wine']],
  ['names that end in numbers', 'class 0\nclass 1', ['class 0', 'class 1']],
  ['spans', '0 - 1\n1 - 2', ['0 - 1', '1 - 2']],
  ['a first class of that name', 'class\nother', ['class', 'other']],
  ['a number with a point', '0.5 mm\n1.0 mm', ['0.5 mm', '1.0 mm']],
])('%s stay as they are', async (_, text, names) => {
  await write('labels.txt', text);
  expect(await loadLabels(model, 2, {})).toEqual(names);
});

test('a long name that YAML goes on with in the next line, quotes within quotes', async () => {
  await write('inference.yml', "label_list:\n- 'cat: the one, which''s long\n  and longer'\n- dog\n");
  expect(await loadLabels(model, 2, {})).toEqual(["cat: the one, which's long and longer", 'dog']);
});

const swapped = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
test.each<[string, Buffer]>([
  ['UTF-8', Buffer.from('\uFEFFcät\n개')],
  ['UTF-16, low byte first', Buffer.from('\uFEFFcät\n개', 'utf16le')],
  ['UTF-16, high byte first', swapped('\uFEFFcät\n개')],
])('a byte order mark of %s', async (_, bytes) => {
  await writeFile(join(folder, 'labels.txt'), bytes);
  expect(await loadLabels(model, 2, {})).toEqual(['cät', '개']);
});

test.each<[string, Buffer, readonly string[]]>([
  ['UTF-16 without a mark', Buffer.from('cat\ndog', 'utf16le'), ['cat', 'dog']],
  ['the same with the high byte first', swapped('cat\ndog'), ['cat', 'dog']],
  ['Windows for western languages', Buffer.from('château\r\ndog', 'latin1'), ['château', 'dog']],
  // 고양이, 개 in EUC-KR
  ['Windows for Korean', Buffer.from('\xb0\xed\xbe\xe7\xc0\xcc\n\xb0\xb3', 'latin1'), ['고양이', '개']],
])('%s', async (_, bytes, names) => {
  await writeFile(join(folder, 'labels.txt'), bytes);
  expect(await loadLabels(model, 2, {})).toEqual(names);
});

test('what transformers calls classes whose names nobody gave is no name where there is one', async () => {
  await write('config.json', '{"id2label": {"0": "LABEL_0", "1": "LABEL_1"}}');
  expect(await loadLabels(model, 2, {})).toEqual(['LABEL_0', 'LABEL_1']);
  await write('labels.txt', 'cat\ndog');
  expect(await loadLabels(model, 2, {})).toEqual(['cat', 'dog']);
});

test('numbers of classes that are not in the order of the outputs are no names', async () => {
  // Of the flowers that many courses train on: the outputs are in the order of folders called 1, 10, 100, …
  await write('classes.json', '{"1": "primrose", "2": "orchid"}');
  expect(await loadLabels(model, 2, {})).toEqual(['class 0', 'class 1']);
});

const pythonString = (name: string): string => `'${name.replace(/[\\']/g, '\\$&')}'`;
const FORMS: Readonly<Record<string, (names: readonly string[]) => string>> = {
  'a JSON list': (names) => JSON.stringify(names),
  'a JSON object by index': (names) => JSON.stringify(Object.assign({}, names)),
  'JSON entries': (names) => JSON.stringify({ classes: names.map((name, id) => ({ id, name })).reverse() }),
  'a Python list': (names) => `[${names.map(pythonString).join(', ')}]`,
  'a Python tuple in a dictionary': (names) => `{'names': (${names.map(pythonString).join(', ')},)}`,
  'a Python dictionary': (names) =>
    `{${names.map((name, at) => `${at}: ${pythonString(name)}`).join(',\n ')}}`,
  'numbered lines': (names) => names.map((name, at) => `${at},${name}`).join('\n'),
  'numbered lines in any order': (names) =>
    names
      .map((name, at) => `${at} ${name}`)
      .reverse()
      .join('\r\n'),
};
const name = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 12 })
  .map((text) => text.trim())
  .filter((text) => /^[^\p{C}\p{Z}\s\d,:;][^\r\n\p{C}]*$/u.test(text) && !/^n\d{8}/.test(text));

test.each(Object.keys(FORMS))('whatever the names are, they come back from %s', (form) => {
  fc.assert(
    fc.property(fc.array(name, { minLength: 2, maxLength: 8 }), (names) => {
      expect(parseLabels(FORMS[form]?.(names) ?? '')).toEqual(names);
    }),
  );
});

test('no text whatever throws', () => {
  const anything = fc.string({ unit: fc.constantFrom(...Array.from('[]{}(),:"\'\\ \n01nabc')) });
  fc.assert(
    fc.property(anything, (text) => {
      expect(() => parseLabels(text)).not.toThrow();
    }),
    { numRuns: 2000 },
  );
});

test('the labels in the model file come after its own label file and before those of the folder', async () => {
  await write('labels.txt', 'a\nb');
  expect(await loadLabels(model, 2, {}, [['x', 'y']])).toEqual(['x', 'y']);
  expect(await loadLabels(model, 2, {}, [['x', 'y', 'z']])).toEqual(['a', 'b']);
  await write('net.labels.txt', 'cat\ndog');
  expect(await loadLabels(model, 2, {}, [['x', 'y']])).toEqual(['cat', 'dog']);
});

test('the model’s own file comes before those of the folder', async () => {
  await write('labels.txt', 'a\nb');
  await write('net.labels.txt', 'cat\ndog');
  expect(await loadLabels(model, 2, {})).toEqual(['cat', 'dog']);
});

test('a single logit has two classes, and a single label is that of class 1', async () => {
  await write('labels.txt', 'disc\nring');
  expect(await loadLabels(model, 1, {})).toEqual(['disc', 'ring']);
  await write('labels.txt', 'ring\n');
  expect(await loadLabels(model, 1, {})).toEqual(['not ring', 'ring']);
  await write('labels.txt', 'a\nb\nc');
  expect(await loadLabels(model, 1, {})).toEqual(['class 0', 'class 1']);
});

test('files for another number of classes, or broken ones, are passed over', async () => {
  await write('labels.txt', 'a\nb\nc');
  await write('config.json', '{"id2label": {"0": "a", "7": "b"}}');
  await write('net.labels.json', '{');
  expect(await loadLabels(model, 2, {})).toEqual(['class 0', 'class 1']);
});

test('the file of the setting, relative to the model', async () => {
  await mkdir(join(folder, 'data'));
  await write('data/names.json', '["x", "y"]');
  await write('labels.txt', 'a\nb');
  expect(await loadLabels(model, 2, { labels: 'data/names.json' })).toEqual(['x', 'y']);
  await write('data/flowers.yaml', 'path: flowers\nnc: 2\nnames:\n- x\n- y\n');
  expect(await loadLabels(model, 2, { labels: 'data/flowers.yaml' })).toEqual(['x', 'y']);
});

test.each<[string, string | null, RegExp]>([
  ['names.txt', null, /no file names\.txt/],
  ['names.txt', 'a\nb\nc', /3 labels.*2 classes/],
  ['names.json', '{"0": "a", "2": "b"}', /names\.json/],
  ['names.json', 'a', /names\.json/],
])('a wrong file of the setting is named: %s, %j', async (labels, text, reason) => {
  if (text !== null) await write(labels, text);
  const failure = await failureOf(loadLabels(model, 2, { labels }));
  expect(failure).toMatchObject({ code: 'badSetting', parameters: { setting: 'labels', file: model } });
  expect(failure.parameters['reason']).toMatch(reason);
});

const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n';
test.each([
  ['labels.txt', POINTER, 'lfsPointer', {}],
  ['net.labels.txt', POINTER, 'lfsPointer', {}],
  ['names.txt', POINTER, 'lfsPointer', { labels: 'names.txt' }],
  ['classes.txt', '<!DOCTYPE html>\n<html>\n</html>', 'webPage', {}],
])('what stands in place of a file is no labels: %s', async (name, text, code, settings) => {
  await write(name, text);
  const file = join(folder, name);
  expect(await failureOf(loadLabels(model, 3, settings))).toMatchObject({ code, parameters: { file } });
});
