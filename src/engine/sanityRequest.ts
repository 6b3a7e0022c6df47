import type { Grid } from '../heatmap/grid.js';
import { normalize } from '../heatmap/normalize.js';
import { upsampleBilinear } from '../heatmap/upsample.js';
import type { SanityRequest } from '../protocol/engineApi.js';
import type { LayerExplanation } from '../protocol/explanation.js';
import type { ModelInfo } from '../protocol/model.js';
import type {
  PictureSanity,
  SanityChain,
  SanityMethodId,
  SanityResult,
  SanityStep,
} from '../protocol/sanity.js';
import { blockedLayers, checkTargets, layersOf, refuseBlocked } from './compareRequest.js';
import { pixelRange } from './image/preprocess.js';
import { inputOf } from './image/source.js';
import type { RawExplanation } from './model/explainer.js';
import type { OpenedModel } from './model/openModel.js';
import { readingOf } from './inputExplainer.js';
import { predicted, predictedClass } from './predictions.js';
import { report, type Turn } from './progress.js';
import { randomisedModel, type RandomisedModel } from './sanity/randomised.js';
import { spearman } from './sanity/spearman.js';
import { ssim } from './sanity/ssim.js';

/** The model as it is. */
export interface SanitySubject {
  readonly model: OpenedModel;
  readonly info: ModelInfo;
}

export interface SanityLimits {
  /** Where the runtime may write. */
  readonly cacheFolder: string;
  /** Pictures of more are refused. */
  readonly maxMegapixels: number;
}

/**
 * Explains pictures by a model as it is, and again after each of its modules has lost what it had learned. The model itself
 * stays as it is; in memory is one state of the weights besides the original one.
 * @throws unknownClass, unknownLayer, what `refuseBlocked` throws of the model as it is; every failure of reading a picture
 * and of preparing a model; cancelled
 */
export async function checkSanity(
  request: SanityRequest,
  subject: SanitySubject,
  limits: SanityLimits,
  turn: Turn,
): Promise<SanityResult> {
  const { info } = subject;
  checkTargets({ model: request.model, targets: [request.target] }, info);
  layersOf(request, info);
  const inputs = await inputsOf(request, subject, limits, turn);
  report(turn, 'compile', null);
  const { file, model } = await subject.model.prepared();
  const told = (fraction: number): void => {
    report(turn, 'compile', fraction);
  };
  const making = { file: request.model, cacheFolder: limits.cacheFolder, shared: null, kept: null, told };
  const randomised = await randomisedModel(file, model, request, request.seed, making);
  try {
    return await stepsOf(request, randomised, inputs, subject, turn);
  } finally {
    await randomised.dispose();
  }
}

/** A picture as the model gets it, and the class to explain; null for the predicted one. */
interface Input {
  readonly input: Float32Array;
  readonly target: number | null;
}

async function inputsOf(
  { sources, target }: SanityRequest,
  { model, info }: SanitySubject,
  { maxMegapixels }: SanityLimits,
  turn: Turn,
): Promise<readonly Input[]> {
  const inputs: Input[] = [];
  for (const source of sources) {
    report(turn, 'decode', inputs.length / sources.length);
    const input = await inputOf(source, info, maxMegapixels);
    const fileOutput = await model.fileOutput(input);
    // The class that the file predicts, which what is explained may not.
    const ofFile = fileOutput && predictedClass(fileOutput, readingOf(model, info));
    inputs.push({ input, target: target ?? ofFile });
    await turn.giveWay();
  }
  return inputs;
}

async function stepsOf(
  request: SanityRequest,
  model: RandomisedModel,
  inputs: readonly Input[],
  subject: SanitySubject,
  turn: Turn,
): Promise<SanityResult> {
  const { info } = subject;
  const { methods, layers } = request;
  for (const method of methods)
    refuseBlocked(blockedLayers(request, info, method, model.blocked(method)), info, method);
  const { modules } = model;
  const usual = { layers, top: 1, carried: false, range: pixelRange(info.preprocessing) };
  const runs = (modules.length + 1) * inputs.length;
  let run = 0;
  const explained = async ({ input, target }: Input): Promise<readonly RawExplanation[]> => {
    await turn.giveWay();
    report(turn, 'run', run++ / runs);
    return model.explain({ ...usual, input, targets: [target] });
  };
  const first: PictureSanity[] = [];
  for (const input of inputs) first.push(firstStep(await explained(input), subject));
  const { pictures, done } = goneOn(first, request.known ?? []);
  run += done * inputs.length;
  turn.sanity?.({ modules, pictures: [...pictures] });
  for (const module of modules.keys()) {
    // Weights follow one another: those of known steps are drawn too.
    model.draw(module);
    if (module < done) continue;
    for (const [index, { input }] of inputs.entries()) {
      const picture = pictures[index];
      if (picture === undefined) continue;
      const target = picture.target.index;
      pictures[index] = nextStep(picture, await explained({ input, target }), info);
    }
    turn.sanity?.({ modules, pictures: [...pictures] });
  }
  return { modules, pictures };
}

/** With the steps that are known of every chain. @returns how many modules have been drawn for them */
function goneOn(
  pictures: readonly PictureSanity[],
  known: NonNullable<SanityRequest['known']>,
): { readonly pictures: PictureSanity[]; readonly done: number } {
  const steps = pictures.map(({ chains }, index) =>
    chains.map((chain) => {
      const isSame = ({ method, tensor }: SanityChain): boolean =>
        method === chain.method && tensor === chain.tensor;
      return known[index]?.find(isSame)?.steps ?? [];
    }),
  );
  const done = Math.max(0, Math.min(...steps.flat().map(({ length }) => length)) - 1);
  if (done === 0) return { pictures: [...pictures], done };
  const withSteps = pictures.map((picture, index) => ({
    ...picture,
    chains: picture.chains.map((chain, place) => ({
      ...chain,
      steps: steps[index]?.[place]?.slice(0, done + 1) ?? chain.steps,
    })),
  }));
  return { pictures: withSteps, done };
}

/** @throws notFiniteMap */
function firstStep(raw: readonly RawExplanation[], { model, info }: SanitySubject): PictureSanity {
  const [first] = raw;
  if (first === undefined) throw new Error('the check is of a method');
  const chains = mapsOf(raw).map(({ method, layer }): SanityChain => {
    const { tensor, height, width, map } = layer;
    const blockedBy = { op: '', node: tensor, reason: 'notFinite' } as const;
    if (!map.every(Number.isFinite)) refuseBlocked([{ tensor, blockedBy }], info, method);
    return { method, tensor, height, width, steps: [stepOf(layer, layer, info)] };
  });
  return { target: predicted(first, readingOf(model, info)).target, chains };
}

function nextStep(picture: PictureSanity, raw: readonly RawExplanation[], info: ModelInfo): PictureSanity {
  const layers = mapsOf(raw);
  const chains = picture.chains.map((chain, index) => {
    const [map, layer] = [chain.steps[0]?.map, layers[index]?.layer];
    if (!map || !layer) throw new Error('every step has the maps of the first');
    return { ...chain, steps: [...chain.steps, stepOf({ ...chain, map }, layer, info)] };
  });
  return { ...picture, chains };
}

type MapOf = Pick<LayerExplanation, 'map' | 'height' | 'width'>;

function mapsOf(
  raw: readonly RawExplanation[],
): readonly { readonly method: SanityMethodId; readonly layer: LayerExplanation }[] {
  return raw.flatMap(({ method, layers }) => layers.map((layer) => ({ method, layer })));
}

function stepOf(first: MapOf, { map, height, width }: MapOf, info: ModelInfo): SanityStep {
  if (!map.every(Number.isFinite)) return { map: null, spearman: null, ssim: null };
  return {
    map,
    spearman: spearman(first.map, map),
    ssim: ssim(shown(first, info), shown({ map, height, width }, info)),
  };
}

/** As people compare maps: at the input's size, from 0 to 1. */
function shown({ map, height, width }: MapOf, { preprocessing }: ModelInfo): Grid {
  const grid = { width, height, values: map };
  const large = upsampleBilinear(grid, preprocessing.inputWidth, preprocessing.inputHeight);
  return { ...large, values: normalize(large.values) };
}
