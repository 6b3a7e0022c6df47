import type { CardNote } from '../../protocol/device.js';
import { reasonOf } from '../../protocol/reasons.js';
import { EngineError, fail } from '../failure.js';
import type { RawAnswer } from '../prepare/logits.js';
import { type Card, watched } from '../runtime/card.js';
import type { Verdict, Verdicts } from '../runtime/verdicts.js';
import { disagreement } from './agreement.js';
import type { Explainer, ExplainerRequest, RawExplanation } from './explainer.js';

/** How a graphics card may compute in place of the processor. */
export interface CardUse {
  /** null where there is none, and it is to be said. */
  readonly card: Card | null;
  /** Whether to use it at once and wherever it agrees, be it slower. */
  readonly isForced: boolean;
  readonly verdicts: Verdicts;
  readonly log: (line: string) => void;
}

export interface Tried {
  /** Names the model in the log. */
  readonly file: string;
  /** What the verdict is kept under: it tells what is explained, and on which card, from all else. */
  readonly key: string;
  /** Makes an explainer that computes on a card what the one does that is replaced. */
  readonly make: (card: Card) => Promise<Explainer>;
}

/** What the processor has explained, to be compared with. */
interface Compared {
  readonly request: ExplainerRequest;
  readonly found: readonly RawExplanation[];
}

type GiveWay = () => Promise<void>;
const noPause: GiveWay = () => Promise.resolve();

/** Runs on either device, of which the fastest counts. */
const TIMED_RUNS = 2;

/** How ONNX Runtime says that there is no card, or no driver for it. */
const NO_CARD = /^Failed to get a WebGPU (?:adapter|device)/;

/** Failures of a call, which say nothing of the card. */
const NOT_OF_CARD = new Set(['cancelled', 'changedModel']);

/**
 * An explainer whose work a graphics card takes over once that has been found to compute the same. The processor answers
 * first, and again where the card fails.
 */
export class CardExplainer implements Explainer {
  readonly structure = null;
  readonly blocked: Explainer['blocked'];
  readonly #processor: Explainer;
  readonly #tried: Tried;
  readonly #use: CardUse;
  #onCard: Explainer | null = null;
  #note: CardNote | null = null;
  #stage: 'untried' | 'trying' | 'tried' = 'untried';
  #isOpen = true;
  /** What a trial is to compare with. */
  #latest: Compared | null = null;

  constructor(processor: Explainer, tried: Tried, use: CardUse) {
    this.blocked = processor.blocked;
    this.#processor = processor;
    this.#tried = tried;
    this.#use = use;
  }

  get trial(): Explainer['trial'] {
    const compared = this.#stage === 'untried' ? this.#latest : null;
    if (compared === null) return null;
    return async (giveWay) => {
      await this.#try(compared, giveWay);
    };
  }

  async explain(request: ExplainerRequest): Promise<readonly RawExplanation[]> {
    const onCard = this.#onCard && (await this.#explainOn(this.#onCard, request));
    if (onCard !== null) return this.#noted(onCard);
    const found = await this.#processor.explain(request);
    if (this.#stage !== 'untried') return this.#noted(found);
    if (this.#use.isForced) return this.#noted((await this.#try({ request, found })) ?? found);
    this.#latest = { request, found };
    return found;
  }

  answer(input: Float32Array): Promise<RawAnswer> {
    return this.#processor.answer(input);
  }

  async dispose(): Promise<void> {
    this.#isOpen = false;
    this.#latest = null;
    await this.#onCard?.dispose();
    await this.#processor.dispose();
  }

  /** @returns null where the card has failed, and is given up */
  async #explainOn(onCard: Explainer, request: ExplainerRequest): Promise<readonly RawExplanation[] | null> {
    try {
      const found = await onCard.explain(request);
      if (found.every(isAnswer)) return found;
      throw new Error('its answer is empty');
    } catch (error) {
      await this.#giveUp(onCard, failureOf(error), true);
      return null;
    }
  }

  /** @returns what the card explains, where it is used from now on */
  async #try(compared: Compared, giveWay: GiveWay = noPause): Promise<readonly RawExplanation[] | null> {
    const { card, verdicts, isForced } = this.#use;
    const known = verdicts.get(this.#tried.key);
    if (card === null) this.#settle({ kind: 'absent', times: null, reason: '' }, true);
    else if (known?.kind === 'crashed') this.#settle(known, true);
    else if (known !== null && !isForced && !isFavourable(known)) this.#settle(known, false);
    else return this.#tryOn(card, compared, known?.times ?? null, giveWay);
    return null;
  }

  async #tryOn(
    card: Card,
    compared: Compared,
    times: number | null,
    giveWay: GiveWay,
  ): Promise<readonly RawExplanation[] | null> {
    const { verdicts, isForced } = this.#use;
    const { key, make } = this.#tried;
    this.#stage = 'trying';
    let made: Explainer | null = null;
    try {
      made = await make(watched(card, key, verdicts));
      await this.#pause(giveWay);
      const found = await made.explain(compared.request);
      const verdict = await this.#judge(made, found, compared, times, giveWay);
      if (verdict.kind === 'agrees' && (isForced || isFavourable(verdict))) {
        this.#onCard = made;
        verdicts.set(key, verdict);
        this.#settle(verdict, true);
        return found;
      }
      await this.#giveUp(made, verdict, isForced);
    } catch (error) {
      if (error instanceof EngineError && NOT_OF_CARD.has(error.failure.code)) {
        this.#stage = 'untried';
        await made?.dispose();
        throw error;
      }
      await this.#giveUp(made, failureOf(error), isForced);
    }
    return null;
  }

  async #judge(
    onCard: Explainer,
    found: readonly RawExplanation[],
    compared: Compared,
    times: number | null,
    giveWay: GiveWay,
  ): Promise<Verdict> {
    const reason = disagreement(compared.found, found);
    if (reason !== null) return { kind: 'differs', times: null, reason };
    const isKnown = times !== null || this.#use.isForced;
    return {
      kind: 'agrees',
      times: isKnown ? times : await this.#measure(onCard, compared, giveWay),
      reason: '',
    };
  }

  /** Lets others go first, which may close this. */
  async #pause(giveWay: GiveWay): Promise<void> {
    await giveWay();
    if (!this.#isOpen) throw fail('cancelled', {});
  }

  async #measure(onCard: Explainer, { request }: Compared, giveWay: GiveWay): Promise<number> {
    const fastest = async (explainer: Explainer): Promise<number> => {
      let least = Infinity;
      for (let run = 0; run < TIMED_RUNS; run++) {
        await this.#pause(giveWay);
        const started = performance.now();
        await explainer.explain(request);
        least = Math.min(least, performance.now() - started);
      }
      return least;
    };
    return (await fastest(this.#processor)) / (await fastest(onCard));
  }

  async #giveUp(onCard: Explainer | null, verdict: Verdict, isTold: boolean): Promise<void> {
    this.#onCard = null;
    this.#use.verdicts.set(this.#tried.key, verdict);
    this.#settle(verdict, isTold);
    await onCard?.dispose();
  }

  /** @param isTold whether the user has asked for the card, or has had it */
  #settle({ kind, times, reason }: Verdict, isTold: boolean): void {
    const { card, log } = this.#use;
    this.#stage = 'tried';
    this.#latest = null;
    const does = kind !== 'agrees' ? kind : this.#onCard === null ? 'slower' : 'used';
    this.#note = isTold && does !== 'slower' ? { kind: does, name: card?.name ?? null, times, reason } : null;
    const speed = times === null ? '' : `, ${times.toFixed(1)} × as fast as the processor`;
    log(`graphics card for ${this.#tried.file}: ${does}${speed}${reason && ` (${reason})`}`);
  }

  #noted(found: readonly RawExplanation[]): readonly RawExplanation[] {
    const card = this.#note;
    return card === null ? found : found.map((explanation) => ({ ...explanation, card }));
  }
}

function isFavourable({ kind, times }: Verdict): boolean {
  return kind === 'agrees' && (times === null || times > 1);
}

/** A card without memory, or that was lost, may leave zeros behind and say nothing. */
function isAnswer({ logits }: RawExplanation): boolean {
  return logits.every(Number.isFinite) && logits.some((value) => value !== 0);
}

function failureOf(error: unknown): Verdict {
  const reason =
    error instanceof EngineError
      ? String(error.failure.parameters['reason'] ?? error.failure.code)
      : reasonOf(error);
  return { kind: NO_CARD.test(reason) ? 'absent' : 'failed', times: null, reason };
}
