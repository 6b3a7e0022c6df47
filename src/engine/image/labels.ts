import { basename, dirname, resolve } from 'node:path';
import * as v from 'valibot';
import { IMAGENET_LABELS } from '../../labels/imagenet.js';
import type { ModelSettings } from '../../protocol/model.js';
import { fail } from '../failure.js';
import { jsonBeside, textBeside } from './besideModel.js';
import { readTextIfPresent } from '../files.js';
import { checkSettings } from './settings.js';

/**
 * One label per class: from the user's file, else from a file beside the model, else ImageNet's for 1000 classes and
 * for 1001, else `class 0`, `class 1`, …
 * @throws badSetting where the user's file is missing or has another number of labels; cannotRead
 */
export async function loadLabels(
  model: string,
  classCount: number,
  userSettings: ModelSettings,
): Promise<readonly string[]> {
  const { labels } = checkSettings(model, userSettings);
  if (labels !== null) return labelsOfSetting(model, classCount, labels);
  return (await labelsBeside(model, classCount)) ?? builtIn(classCount);
}

async function labelsOfSetting(
  model: string,
  classCount: number,
  labels: string,
): Promise<readonly string[]> {
  const wrong = (reason: string): Error => fail('badSetting', { setting: 'labels', file: model, reason });
  const text = await readTextIfPresent(resolve(dirname(model), labels));
  if (text === null) throw wrong(`there is no file ${labels} beside it`);
  const read = parseLabels(text, labels);
  if (!read) throw wrong(`${labels} is neither a list of lines nor JSON with one label per class`);
  if (read.length !== classCount) {
    throw wrong(`${labels} has ${read.length} labels, but the model has ${classCount} classes`);
  }
  return read;
}

/** Files for another number of classes belong to another model of the same folder. */
async function labelsBeside(model: string, classCount: number): Promise<readonly string[] | null> {
  const stem = basename(model).replace(/\.onnx$/i, '');
  for (const name of [`${stem}.labels.txt`, `${stem}.labels.json`]) {
    const own = parseLabels((await textBeside(model, name)) ?? '', name);
    if (own?.length === classCount) return own;
  }
  const config = v.safeParse(HuggingFaceConfig, await jsonBeside(model, 'config.json'));
  const fromConfig = config.success ? byIndex(config.output.id2label) : null;
  if (fromConfig?.length === classCount) return fromConfig;
  for (const name of ['labels.txt', 'classes.txt']) {
    const shared = parseLabels((await textBeside(model, name)) ?? '', name);
    if (shared?.length === classCount) return shared;
  }
  return null;
}

function builtIn(classCount: number): readonly string[] {
  if (classCount === IMAGENET_LABELS.length) return IMAGENET_LABELS;
  if (classCount === IMAGENET_LABELS.length + 1) return ['background', ...IMAGENET_LABELS];
  return Array.from({ length: classCount }, (_, index) => `class ${index}`);
}

const HuggingFaceConfig = v.object({ id2label: v.record(v.string(), v.string()) });

const LabelsJson = v.union([
  v.array(v.string()),
  v.record(v.string(), v.string()),
  /** Keras: index → [WordNet id, name] */
  v.record(
    v.string(),
    v.pipe(
      v.tuple([v.string(), v.string()]),
      v.transform(([, name]) => name),
    ),
  ),
  /** torchvision's class_to_idx: name → index */
  v.pipe(
    v.record(v.string(), v.number()),
    v.transform((indices) =>
      Object.fromEntries(Object.entries(indices).map(([name, index]) => [String(index), name])),
    ),
  ),
]);

/** One label per line (a WordNet id before it is left out) or, in a .json file, an array or object; null for neither. */
function parseLabels(text: string, name: string): readonly string[] | null {
  if (!/\.json$/i.test(name)) {
    const lines = text.trimEnd().split(/\r?\n/);
    return lines.map((line) => line.trim().replace(/^n\d{8}\s+/, ''));
  }
  try {
    const labels = v.safeParse(LabelsJson, JSON.parse(text));
    if (!labels.success) return null;
    return Array.isArray(labels.output) ? labels.output : byIndex(labels.output);
  } catch {
    return null;
  }
}

/** The values of an object with the keys 0, 1, 2, …; null where one of them is missing. */
function byIndex(labels: Readonly<Record<string, string>>): readonly string[] | null {
  const inOrder = Object.keys(labels).map((_, index) => labels[String(index)]);
  return inOrder.every((label) => label !== undefined) ? inOrder : null;
}
