import type { Format } from './format.js';
import { csv } from './csv.js';
import { masks } from './masks.js';
import { voc } from './voc.js';

/** What is looked for first, counts: the more exact before the coarser. */
export const FORMATS: readonly Format[] = [masks, voc, csv];
