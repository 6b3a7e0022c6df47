import { expect, test } from 'vitest';
import { parseCommand } from '../../../src/cli/arguments.js';
import { CommandError } from '../../../src/cli/messages.js';

const words = (line: string): string[] => line.split(' ').filter((word) => word !== '');

test('explain, with what is usual for all that is left out', () => {
  expect(parseCommand(words('explain --model a.onnx --image b.png'))).toEqual({
    name: 'explain',
    model: 'a.onnx',
    weights: null,
    source: { kind: 'image', path: 'b.png' },
    methods: [],
    classes: [],
    layers: 'all',
    top: 3,
    settings: null,
    output: null,
    activation: null,
    maxMegapixels: 100,
    json: null,
    out: null,
  });
});

test('explain, with everything', () => {
  const line =
    'explain --model=a.onnx --weights e.pth --reference r.pth --input b.npy --method LRP --method grad-cam++ --method lrp --class 7 --class cat ' +
    '--layers x,y --layers z/* --top 12 --preprocessing p.json --output group --activation Sigmoid --max-megapixels 0.5 --json - --out dir';
  expect(parseCommand(words(line))).toEqual({
    name: 'explain',
    model: 'a.onnx',
    weights: { file: 'e.pth', reference: 'r.pth' },
    source: { kind: 'array', path: 'b.npy' },
    methods: ['lrp', 'grad-cam++'],
    classes: ['7', 'cat'],
    layers: 'x,y,z/*',
    top: 12,
    settings: 'p.json',
    output: 'group',
    activation: 'sigmoid',
    maxMegapixels: 0.5,
    json: '-',
    out: 'dir',
  });
});

test('inspect', () => {
  const usual = {
    name: 'inspect',
    model: 'a.onnx',
    weights: null,
    settings: null,
    output: null,
    activation: null,
  };
  expect(parseCommand(words('inspect --model a.onnx --json -'))).toEqual({
    ...usual,
    preprocessing: false,
    json: '-',
  });
  expect(parseCommand(words('inspect --model a.onnx --preprocessing --settings s.json --output z'))).toEqual({
    ...usual,
    settings: 's.json',
    output: 'z',
    preprocessing: true,
    json: null,
  });
});

test('help and version', () => {
  expect(parseCommand(['--help'])).toEqual({ name: 'help' });
  expect(parseCommand(['explain', '--help'])).toEqual({ name: 'help' });
  expect(parseCommand(['--version'])).toEqual({ name: 'version' });
});

test.each<[string, RegExp]>([
  ['', /^Name a command: explain, inspect, sanity, watch or evaluate/],
  ['explode', /no command explode/],
  ['explain', /^--model is missing/],
  ['explain --model a.onnx', /--image or an input array with --input/],
  ['explain --model a.onnx --image b --input c', /either --image or --input/],
  ['explain --model a.onnx --image b --max-megapixels 0', /^--max-megapixels must be/],
  ['explain --model a.onnx --image b --max-megapixels many', /not many/],
  ['explain --model', /^--model needs a value; see --help\.$/],
  ['evaluate --merge --out a.json', /^--merge needs a value; see --help\.$/],
  ['explain --model a.onnx --image b --colour red', /Unknown option '--colour'; see --help\.$/],
  ['explain --model a.onnx --image b extra', /Unexpected argument 'extra'; see --help\.$/],
  ['explain --model a.onnx --image b --class -3', /^--class needs a value; see --help\.$/],
  ['explain --model a.onnx --image b --top none', /--top must be a whole number from 1, not none/],
  ['explain --model a.onnx --image b --top 0', /--top must be/],
  ['explain --model a.onnx --image b --top 1.5', /--top must be/],
  ['explain --model= --image b', /--model needs a value/],
  ['explain --model a.onnx --image b --class 1 --class=', /--class needs a value/],
  [
    'explain --model a.onnx --image b --method gradcam',
    /no method gradcam\. The methods are relevance-cam, grad-cam, .*score-cam, .*lrp, clrp\.$/,
  ],
  ['inspect', /^--model is missing/],
  ['inspect --model a.onnx --reference r.pth', /^--reference needs --weights/],
  [
    'explain --model a.onnx --image b --activation relu',
    /^--activation must be one of softmax, sigmoid, none, not relu\.$/,
  ],
  ['explain --model a.onnx --image b --settings s --preprocessing p', /another name of --settings/],
  ['inspect --model a.onnx --image b', /Unknown option '--image'/],
])('%s', (line, message) => {
  const parse = (): unknown => parseCommand(words(line));
  expect(parse).toThrow(CommandError);
  expect(parse).toThrow(message);
  expect(parse).toThrow(/^[^\n]+\.$/);
});
