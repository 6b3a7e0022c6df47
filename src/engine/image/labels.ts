import { dirname, resolve } from 'node:path';
import { IMAGENET_LABELS } from '../../labels/imagenet.js';
import type { ModelSettings } from '../../protocol/model.js';
import { fail } from '../failure.js';
import { readTextIfPresent } from '../files.js';
import { parseLabels } from './labelForms.js';
import { listsOfLabels } from './labelSources.js';
import { checkSettings } from './settings.js';

/**
 * One label per class: from the user's file, else from the model file or one beside it, else ImageNet's for 1000 classes
 * and for 1001, else `class 0`, `class 1`, …
 * @param carried the labels in the model file itself
 * @throws badSetting where the user's file is missing or has another number of labels; cannotRead
 */
export async function loadLabels(
  model: string,
  classCount: number,
  userSettings: ModelSettings,
  carried: readonly string[] | null = null,
): Promise<readonly string[]> {
  const { labels } = checkSettings(model, userSettings);
  if (labels !== null) return labelsOfSetting(model, classCount, labels);
  // Lists for another number of classes belong to another model of the same folder.
  const fitting = (await listsOfLabels(model, carried)).find(({ length }) => length === classCount);
  return fitting ?? builtIn(classCount);
}

async function labelsOfSetting(
  model: string,
  classCount: number,
  labels: string,
): Promise<readonly string[]> {
  const wrong = (reason: string): Error => fail('badSetting', { setting: 'labels', file: model, reason });
  const text = await readTextIfPresent(resolve(dirname(model), labels));
  if (text === null) throw wrong(`there is no file ${labels} beside it`);
  const read = parseLabels(text);
  if (!read) throw wrong(`${labels} is neither a list of lines nor JSON with one label per class`);
  if (read.length !== classCount) {
    throw wrong(`${labels} has ${read.length} labels, but the model has ${classCount} classes`);
  }
  return read;
}

function builtIn(classCount: number): readonly string[] {
  if (classCount === IMAGENET_LABELS.length) return IMAGENET_LABELS;
  if (classCount === IMAGENET_LABELS.length + 1) return ['background', ...IMAGENET_LABELS];
  return Array.from({ length: classCount }, (_, index) => `class ${index}`);
}
