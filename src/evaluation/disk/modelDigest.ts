import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

import { reasonOf } from '../../protocol/reasons.js';
import { EvaluationError } from '../failure.js';

/**
 * SHA-256 of the sizes and bytes of files.
 * @throws cannotRead
 */
export async function digestOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    try {
      hash.update(`${(await stat(file)).size}\n`);
      for await (const chunk of createReadStream(file)) if (chunk instanceof Buffer) hash.update(chunk);
    } catch (cause) {
      throw new EvaluationError('cannotRead', { file, reason: reasonOf(cause) }, cause);
    }
  }
  return hash.digest('hex');
}
