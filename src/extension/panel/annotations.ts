import type { Call, EngineApi } from '../../protocol/engineApi.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { Subject } from '../../protocol/panel.js';
import { EngineError } from '../client/engineError.js';

export interface AnnotationsContext {
  readonly engine: Pick<EngineApi, 'annotations'>;
  /** Logs the error and says it in one sentence. */
  describe(error: unknown): string;
}

/** What files mark in the picture, read anew with every explanation: they may have been changed meanwhile. */
export async function annotationsOf(
  { image, picture }: Pick<Subject, 'image' | 'picture'>,
  { preprocessing, labels }: ModelInfo,
  context: AnnotationsContext,
  call: Call,
): Promise<Subject['annotations']> {
  if (picture === null) return null;
  const size = { width: picture.originalWidth, height: picture.originalHeight };
  const { regions, failures } = await context.engine.annotations(
    { path: image.path, ...size, preprocessing, labels, sources: [] },
    call,
  );
  call.signal.throwIfAborted();
  return { regions, problems: failures.map((failure) => context.describe(new EngineError(failure))) };
}
