import type { Format } from './format.js';
import { coco } from './coco.js';
import { csv } from './csv.js';
import { masks } from './masks.js';
import { segmentation } from './segmentation.js';
import { voc } from './voc.js';
import { yolo } from './yolo.js';

/** What is looked for first, counts: the more exact before the coarser. */
export const FORMATS: readonly Format[] = [masks, segmentation, voc, coco, yolo, csv];
