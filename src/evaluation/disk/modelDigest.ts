import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

import type { ModelInfo } from '../../protocol/model.js';
import { reasonOf } from '../../protocol/reasons.js';
import { EvaluationError } from '../failure.js';

/** Of a model: of all of its files, and of the checkpoint whose weights it has. @throws cannotRead */
export function modelDigest({ files, weights }: Pick<ModelInfo, 'files' | 'weights'>): Promise<string> {
  return digestOf([...new Set([...files, ...(weights === undefined ? [] : [weights.file])])]);
}

/**
 * SHA-256 of the sizes and bytes of files.
 * @throws cannotRead
 */
async function digestOf(files: readonly string[]): Promise<string> {
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
