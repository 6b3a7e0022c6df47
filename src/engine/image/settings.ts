import * as v from 'valibot';
import type { Activation, Preprocessing } from '../../protocol/model.js';
import { MODEL_SETTINGS, type ModelSettings } from '../../protocol/modelSettings.js';
import { fail } from '../failure.js';

export interface CheckedSettings {
  readonly preprocessing: Partial<Preprocessing>;
  readonly labels: string | null;
  /** Which input and output to take, where a model has several. */
  readonly input: string | null;
  readonly inputs: NonNullable<ModelSettings['inputs']>;
  readonly output: string | null;
  readonly activation: Activation | null;
}

/**
 * What a user wrote about a model, checked: it comes from a settings file that nobody has looked at.
 * @throws badSetting naming the first wrong value
 */
export function checkSettings(model: string, settings: unknown): CheckedSettings {
  const { labels = null, input = null, inputs = {}, output = null, ...rest } = parseSettings(model, settings);
  const { activation = null, ...preprocessing } = rest;
  return { preprocessing, labels, input, inputs, output, activation };
}

/**
 * The same as the user wrote it.
 * @throws badSetting naming the first wrong value
 */
export function parseSettings(model: string, settings: unknown): ModelSettings {
  const result = v.safeParse(MODEL_SETTINGS, settings);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const setting = v.getDotPath(issue) ?? 'relevanceCam.models';
  const reason = issue.type === 'strict_object' ? describeKey(issue) : issue.message;
  throw fail('badSetting', { setting, file: model, reason });
}

function describeKey({ expected }: { expected: string | null }): string {
  return expected === 'never' ? 'there is no setting of this name' : 'an object of settings is needed';
}
