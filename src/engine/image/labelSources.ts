import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import * as v from 'valibot';
import { readTextIfPresent } from '../files.js';
import { foldersBeside } from './besideModel.js';
import { parseJson } from './json.js';
import { labelsOfJson, parseLabels } from './labelForms.js';
import { LABEL_NAMES, plainName } from './labelNames.js';
import { labelsOfPaddle } from './paddleConfig.js';
import { parseYaml } from './yaml.js';

type Labels = readonly string[];

/** Endings of files with labels, the ones to be believed first in front. */
const ENDINGS = ['json', 'yml', 'yaml', 'txt', 'csv', 'tsv', 'names'];
const FILE = /^(.+)\.(json|ya?ml|txt|csv|tsv|names)$/i;

/** Files that hold labels beside much else: of Hugging Face and timm, Lobe, Roboflow, PaddleX, Teachable Machine, Ultralytics, MMDeploy. */
const OTHERS = [
  ...['config.json', 'signature.json', 'environment.json', 'inference.yml', 'metadata.json'],
  ...['metadata.yaml', 'data.yaml', 'detail.json'],
];

/** Behind the model's own name. */
const OWN = ['labels', 'classes', 'classnames', 'names'];

/** Lists of one data set's classes, under names of their own. */
const LISTS = [
  ...['synset', 'synsets', 'synsetwords', 'imagenetclasses', 'imagenetclassindex', 'imagenetlabels'],
  ...['locsynsetmapping', 'vocab', 'obj', 'dict', 'corresp'],
];
const SHARED_STEMS: readonly string[] = [...LABEL_NAMES, ...LISTS];

/**
 * Every list of labels that the model or something beside it holds, the one to be believed first in front.
 * @param carried the lists of labels in the model file itself
 * @throws cannotRead
 */
export async function listsOfLabels(model: string, carried: readonly Labels[]): Promise<readonly Labels[]> {
  const stem = plainName(basename(model).replace(/\.onnx$/i, ''));
  const files = await filesBeside(model);
  const ownStems = OWN.map((name) => `${stem}${name}`);
  const own = await read(ranked(files, (name) => rankOf(name.replace(/\.onnx/i, ''), ownStems)));
  const shared = await read(ranked(files, rankOfShared));
  const lists = [...own, ...carried, ...shared];
  // What programs call classes of which they know no names comes last.
  return [...lists.filter((list) => !isOfPlaceholders(list)), ...lists.filter(isOfPlaceholders)];
}

async function filesBeside(model: string): Promise<readonly string[]> {
  const listed = foldersBeside(model).map(async (folder) => {
    const names = await readdir(folder).catch((): string[] => []);
    return names.sort().map((name) => join(folder, name));
  });
  return (await Promise.all(listed)).flat();
}

function ranked(files: readonly string[], rank: (name: string) => number | null): readonly string[] {
  return files
    .flatMap((file) => {
      const place = rank(basename(file));
      return place === null ? [] : [{ file, place }];
    })
    .toSorted((a, b) => a.place - b.place)
    .map(({ file }) => file);
}

function rankOfShared(name: string): number | null {
  const other = OTHERS.indexOf(name.toLowerCase());
  if (other < 0) return rankOf(name, SHARED_STEMS);
  // The first goes before all lists, the others behind them.
  return other === 0 ? -1 : SHARED_STEMS.length * ENDINGS.length + other;
}

/** By its ending, then by its stem; null where the stem is none of these. */
function rankOf(name: string, stems: readonly string[]): number | null {
  const [, stem = '', ending = ''] = FILE.exec(name) ?? [];
  const place = stems.indexOf(plainName(stem));
  return place < 0 ? null : ENDINGS.indexOf(ending.toLowerCase()) * stems.length + place;
}

async function read(files: readonly string[]): Promise<readonly Labels[]> {
  const lists = files.map(async (file) => {
    const text = await readTextIfPresent(file);
    return text === null ? null : labelsIn(text, basename(file).toLowerCase());
  });
  return (await Promise.all(lists)).flatMap((labels) => (labels === null ? [] : [labels]));
}

function labelsIn(text: string, name: string): Labels | null {
  switch (name) {
    case 'config.json':
      return labelsOfConfig(text);
    case 'inference.yml':
      return labelsOfPaddle(text);
    default:
      return /\.ya?ml$/.test(name) ? labelsOfJson(parseYaml(text, 'texts')) : parseLabels(text);
  }
}

/** timm's, whose names may be WordNet ids. */
const Described = v.object({ label_descriptions: v.record(v.string(), v.string()) });

/** Hugging Face's and timm's `config.json` hold much else. */
function labelsOfConfig(text: string): Labels | null {
  const json = parseJson(text);
  const { success, output } = v.safeParse(Described, json);
  const labels = labelsOfJson(json);
  return success ? (labels?.map((name) => output.label_descriptions[name] ?? name) ?? null) : labels;
}

function isOfPlaceholders(labels: Labels): boolean {
  return labels.every((label, index) => label === `LABEL_${index}`);
}
