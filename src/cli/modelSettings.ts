import { readBytes } from '../engine/files.js';
import { parseSettings } from '../engine/image/settings.js';
import type { ModelSettings } from '../protocol/modelSettings.js';
import type { ModelArguments } from './options.js';
import { CommandError } from './messages.js';

/**
 * What a command line says of a model: the file of settings, and over it what has options of its own.
 * @param model its path, as errors name it
 * @throws cannotRead, badSetting, CommandError where the file is no JSON
 */
export async function modelSettings(
  { settings, output, activation }: Pick<ModelArguments, 'settings' | 'output' | 'activation'>,
  model: string,
): Promise<ModelSettings> {
  return {
    ...(settings === null ? {} : await readSettings(settings, model)),
    ...(output !== null && { output }),
    ...(activation !== null && { activation }),
  };
}

async function readSettings(file: string, model: string): Promise<ModelSettings> {
  const text = (await readBytes(file)).toString('utf8');
  try {
    return parseSettings(model, JSON.parse(text));
  } catch (cause) {
    throw cause instanceof SyntaxError ? new CommandError(`${file} is not JSON.`, { cause }) : cause;
  }
}
