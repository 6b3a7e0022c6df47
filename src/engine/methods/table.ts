import type { MethodId } from '../../protocol/methods.js';
import type { Method } from './method.js';
import { relevanceCam } from './relevanceCam.js';

export const METHOD_TABLE: Readonly<Record<MethodId, Method>> = {
  'relevance-cam': relevanceCam,
};
