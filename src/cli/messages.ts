import { EngineError } from '../engine/failure.js';
import { EvaluationError } from '../evaluation/failure.js';
import { ERROR_TEXTS, type EngineFailure } from '../protocol/errors.js';
import type { Carries } from '../protocol/methods.js';
import type { Blocker } from '../protocol/model.js';

/** What keeps a command from being carried out, told in a sentence or two. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** What to tell of an error that the user can do something about; null for any other. */
export function messageOf(error: unknown): string | null {
  if (error instanceof CommandError) return error.message;
  const isFailure = error instanceof EngineError || error instanceof EvaluationError;
  return isFailure ? sentence(error.failure) : null;
}

/** What texts name by the surface that they are told on. */
const OPTIONS: EngineFailure['parameters'] = { referenceOption: '--reference' };

/** What is told of a failure. */
export function sentence({ code, parameters }: EngineFailure): string {
  const told = { ...OPTIONS, ...parameters };
  return ERROR_TEXTS[code].replace(/\{(\w+)\}/g, (_, name: string) => String(told[name] ?? name));
}

/** Why a method cannot explain a layer, as a part of a sentence. */
export function blockerText({ op, node, reason }: Blocker, carries: Carries = 'relevance'): string {
  switch (reason) {
    case 'noRule': {
      const what = carries === 'gradient' ? 'derivative' : 'relevance rule';
      return `operator ${op} of node ${node} has no ${what}`;
    }
    case 'takesNothing':
      return op === '' ? 'no relevance reaches it' : `operator ${op} of node ${node} gives it no relevance`;
    case 'notBeforeClassifier':
      return 'it does not go through global average pooling and one linear layer to the logits';
    case 'pixels':
      return 'the method explains layers, not the pixels of the input';
    case 'severalLogits':
      return `the answer is made of several logits (${node}); name one of them with --output to explain it`;
    case 'offGrid':
      return `behind operator ${op} of node ${node} its positions can no longer be laid out as rows and columns of the picture`;
    case 'notFinite':
      return 'the values behind its map leave the range of float32';
  }
}
