import type { MethodId } from '../../protocol/methods.js';
import { cam } from './cam.js';
import { gradCam } from './gradCam.js';
import { gradCamPlusPlus } from './gradCamPlusPlus.js';
import { layerCam } from './layerCam.js';
import { clrp, lrp } from './lrp.js';
import type { Method } from './method.js';
import { relevanceCam } from './relevanceCam.js';

/** Score-CAM runs the model once per channel (`engine/scoreCam`); every other method comes from a backward pass. */
export type PassMethodId = Exclude<MethodId, 'score-cam'>;

export const METHOD_TABLE: Readonly<Record<PassMethodId, Method>> = {
  'relevance-cam': relevanceCam,
  'grad-cam': gradCam,
  'grad-cam++': gradCamPlusPlus,
  'layer-cam': layerCam,
  cam,
  lrp,
  clrp,
};

export function isPassMethod(method: MethodId): method is PassMethodId {
  return method in METHOD_TABLE;
}
