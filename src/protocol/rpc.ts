/** How the calls of `EngineApi` travel: JSON-RPC requests of the same names. */

import { ProgressType, RequestType2 } from 'vscode-jsonrpc';

import type { EngineApi, Lane, Stage } from './engineApi.js';
import type { EngineFailure } from './errors.js';
import type { Explanation } from './explanation.js';
import type { SanityResult } from './sanity.js';

export type EngineMethod = keyof EngineApi;
export type EngineRequest<M extends EngineMethod> = Parameters<EngineApi[M]>[0];
export type EngineResult<M extends EngineMethod> = Awaited<ReturnType<EngineApi[M]>>;

/** What goes with a request: the token under which progress is told, and the call's lane. */
export interface CallHeader {
  readonly token: string;
  readonly lane: Lane;
}

type Rpc<M extends EngineMethod> = RequestType2<EngineRequest<M>, CallHeader, EngineResult<M>, EngineFailure>;

export const ENGINE_REQUESTS: { readonly [M in EngineMethod]: Rpc<M> } = {
  open: new RequestType2('open'),
  explain: new RequestType2('explain'),
  compare: new RequestType2('compare'),
  sanity: new RequestType2('sanity'),
  picture: new RequestType2('picture'),
  thumbnail: new RequestType2('thumbnail'),
  annotations: new RequestType2('annotations'),
  truth: new RequestType2('truth'),
  tryPresets: new RequestType2('tryPresets'),
  evaluate: new RequestType2('evaluate'),
  exportLayer: new RequestType2('exportLayer'),
};

/** What a call tells before it is answered; see `Call`. */
export type EngineProgress =
  | { readonly kind: 'turn' }
  | { readonly kind: 'progress'; readonly stage: Stage; readonly fraction: number | null }
  | { readonly kind: 'partial'; readonly explanations: readonly Explanation[] }
  | { readonly kind: 'sanity'; readonly result: SanityResult };

export const ENGINE_PROGRESS = new ProgressType<EngineProgress>();
