import { dirname, resolve } from 'node:path';
import { IMAGENET_LABELS } from '../../labels/imagenet.js';
import { unnamedClass } from '../../protocol/distinctLabels.js';
import type { ModelSettings } from '../../protocol/modelSettings.js';
import { fail } from '../failure.js';
import { readTextIfPresent } from '../files.js';
import { parseLabels } from './labelForms.js';
import { listsOfLabels } from './labelSources.js';
import { checkSettings } from './settings.js';

/**
 * One label per class: from the user's file, else from the model file or one beside it, else ImageNet's for 1000 classes
 * and for 1001, else `class 0`, `class 1`, … A single logit has two classes: a single label is that of class 1.
 * @param carried the lists of labels in the model file itself, the most trusted one first
 * @throws badSetting where the user's file is missing or has another number of labels; cannotRead
 */
export async function loadLabels(
  model: string,
  valueCount: number,
  userSettings: ModelSettings,
  carried: readonly (readonly string[])[] = [],
): Promise<readonly string[]> {
  const { labels } = checkSettings(model, userSettings);
  if (labels !== null) return labelsOfSetting(model, valueCount, labels);
  // Lists for another number of classes belong to another model of the same folder.
  const lists = await listsOfLabels(model, carried);
  const fitting = lists.map((list) => perClass(list, valueCount)).find((list) => list !== null);
  return fitting ?? builtIn(Math.max(2, valueCount));
}

/**
 * How many labels the lists have that the user names, or else that lie beside the model: they tell which of several outputs
 * is meant.
 * @throws badSetting, cannotRead
 */
export async function labelCounts(model: string, userSettings: ModelSettings): Promise<readonly number[]> {
  const { labels } = checkSettings(model, userSettings);
  const text = labels === null ? null : await readTextIfPresent(resolve(dirname(model), labels));
  const lists = labels === null ? await listsOfLabels(model, []) : [parseLabels(text ?? '') ?? []];
  return lists.map(({ length }) => length);
}

async function labelsOfSetting(
  model: string,
  valueCount: number,
  labels: string,
): Promise<readonly string[]> {
  const wrong = (reason: string): Error => fail('badSetting', { setting: 'labels', file: model, reason });
  const text = await readTextIfPresent(resolve(dirname(model), labels));
  if (text === null) throw wrong(`there is no file ${labels} beside it`);
  const read = parseLabels(text);
  if (!read) throw wrong(`${labels} is neither a list of lines nor JSON with one label per class`);
  const fitting = perClass(read, valueCount);
  if (fitting !== null) return fitting;
  throw wrong(`${labels} has ${read.length} labels, but the model has ${Math.max(2, valueCount)} classes`);
}

/** One label per class; null for a list of another number of classes. */
function perClass(labels: readonly string[], valueCount: number): readonly string[] | null {
  if (labels.length === Math.max(2, valueCount)) return labels;
  const [only = '', ...others] = labels;
  return valueCount === 1 && only !== '' && others.length === 0 ? [`not ${only}`, only] : null;
}

function builtIn(classCount: number): readonly string[] {
  if (classCount === IMAGENET_LABELS.length) return IMAGENET_LABELS;
  if (classCount === IMAGENET_LABELS.length + 1) return ['background', ...IMAGENET_LABELS];
  return Array.from({ length: classCount }, (_, index) => unnamedClass(index));
}
