import { dirname, resolve } from 'node:path';

import type { ModelSettings } from '../../protocol/modelSettings.js';
import { loadAnyArray } from './npy.js';

/**
 * The numbers that a user gives for inputs besides the picture.
 * @param inputs as the setting has them: numbers, or .npy files relative to the model
 * @throws cannotRead, notNumpy
 */
export async function loadInputs(
  model: string,
  inputs: NonNullable<ModelSettings['inputs']>,
): Promise<Readonly<Record<string, readonly number[]>>> {
  const loaded = Object.entries(inputs).map(async ([name, given]) => {
    if (typeof given === 'number') return [name, [given]] as const;
    if (typeof given !== 'string') return [name, given] as const;
    const { values } = await loadAnyArray(resolve(dirname(model), given));
    return [name, Array.from(values)] as const;
  });
  return Object.fromEntries(await Promise.all(loaded));
}
