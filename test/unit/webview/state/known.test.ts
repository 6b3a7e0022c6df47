import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Explanation, LayerExplanation } from '../../../../src/protocol/explanation.js';
import { METHOD_FACTS, METHODS, type MethodId } from '../../../../src/protocol/methods.js';
import type { Blocker } from '../../../../src/protocol/model.js';
import type { NeedPart } from '../../../../src/protocol/panel.js';
import {
  knownBlocker,
  knownLayer,
  learn,
  missingParts,
  NOTHING_KNOWN,
  type Known,
} from '../../../../src/webview/state/known.js';
import { explanationOf } from '../subjects.js';

const BLOCKER: Blocker = { op: 'Conv', node: '/conv', reason: 'notBeforeClassifier' };
const CHANNELS = 4;

interface Answer {
  readonly top?: number;
  readonly carried?: boolean;
  readonly blocked?: readonly string[];
}

/** What an engine says of these layers. */
function answer(
  method: MethodId,
  target: number,
  layers: readonly string[],
  { top = 3, carried = false, blocked = [] }: Answer = {},
): Explanation {
  const { weighsChannels, carries } = METHOD_FACTS[method];
  const layer = (tensor: string): LayerExplanation => ({
    tensor,
    channels: CHANNELS,
    height: 1,
    width: 1,
    map: Float32Array.of(target),
    weights: weighsChannels ? new Float32Array(CHANNELS) : null,
    top: Array.from({ length: weighsChannels || carried ? Math.min(top, CHANNELS) : 0 }, (_, channel) => ({
      channel,
      weight: 0,
      activation: new Float32Array(1),
      carried: carried && carries !== 'nothing' ? new Float32Array(1) : null,
    })),
    relevanceSum: null,
  });
  return {
    ...explanationOf(target, {}),
    method,
    layers: layers.filter((tensor) => !blocked.includes(tensor)).map(layer),
    blocked: layers
      .filter((tensor) => blocked.includes(tensor))
      .map((tensor) => ({ tensor, blockedBy: BLOCKER })),
  };
}

function wanted(change: Partial<NeedPart> = {}): NeedPart {
  return { methods: ['cam'], targets: [0], layers: ['a', 'b'], top: 3, carried: false, ...change };
}

/** Everything that a part asks for, one by one. */
function* pieces({ methods, targets, layers }: NeedPart): Generator<string> {
  for (const method of methods)
    for (const target of targets) for (const tensor of layers) yield `${method} ${target} ${tensor}`;
}

describe('what is missing', () => {
  const part = fc.record({
    methods: fc.uniqueArray(fc.constantFrom(...METHODS), { maxLength: 4 }),
    targets: fc.uniqueArray(fc.nat(3), { maxLength: 3 }),
    layers: fc.uniqueArray(fc.constantFrom('a', 'b', 'c'), { maxLength: 3 }),
    top: fc.constant(3),
    carried: fc.constant(false),
  });

  it('is all that was not learned, none of it twice and nothing else', () => {
    fc.assert(
      fc.property(part, fc.array(part, { maxLength: 3 }), (want, learned) => {
        let known: Known = NOTHING_KNOWN;
        for (const { methods, targets, layers } of learned)
          for (const method of methods)
            for (const target of targets) known = learn(known, [answer(method, target, layers)], null);
        const told = new Set(learned.flatMap((one) => [...pieces(one)]));
        const missing = missingParts(known, [want]).flatMap((one) => [...pieces(one)]);
        expect(missing.toSorted()).toEqual([...pieces(want)].filter((piece) => !told.has(piece)).toSorted());
      }),
    );
  });

  it('is asked for in one part where it can be', () => {
    const want = wanted({ methods: ['cam', 'lrp', 'clrp'], targets: [1, 2] });
    expect(missingParts(NOTHING_KNOWN, [want])).toEqual([want]);
    const known = learn(NOTHING_KNOWN, [answer('cam', 1, ['a', 'b']), answer('cam', 2, ['a', 'b'])], null);
    expect(missingParts(known, [want])).toEqual([{ ...want, methods: ['lrp', 'clrp'] }]);
  });

  it('is nothing of a layer that is blocked, for whatever class', () => {
    const known = learn(NOTHING_KNOWN, [answer('cam', 0, ['a'], { blocked: ['a'] })], null);
    expect(missingParts(known, [wanted({ targets: [5], layers: ['a'] })])).toEqual([]);
    expect(knownBlocker(known, 'cam', 'a')).toEqual(BLOCKER);
    expect(knownBlocker(known, 'grad-cam', 'a')).toBeNull();
  });

  it.each<[string, Answer, Partial<NeedPart>, boolean]>([
    ['fewer channels than wanted', { top: 2 }, { top: 3 }, true],
    ['as many channels as there are', { top: 9 }, { top: 9 }, false],
    ['channels without what was carried to them', {}, { carried: true }, true],
    ['channels with it', { carried: true }, { carried: true }, false],
    ['more than is wanted', { carried: true, top: 4 }, {}, false],
  ])('with %s', (_, told, want, missing) => {
    const known = learn(NOTHING_KNOWN, [answer('cam', 0, ['a', 'b'], told)], null);
    expect(missingParts(known, [wanted(want)]).length > 0).toBe(missing);
  });

  it('is not what a method cannot have', () => {
    const known = learn(
      NOTHING_KNOWN,
      [
        answer('score-cam', 0, ['a', 'b'], { carried: true }),
        answer('lrp', 0, ['a', 'b'], { carried: true }),
      ],
      null,
    );
    expect(missingParts(known, [wanted({ methods: ['score-cam', 'lrp'], carried: true })])).toEqual([]);
  });

  it('is what is known only in part', () => {
    const partial = learn(NOTHING_KNOWN, [answer('score-cam', 0, ['a'])], 0.25);
    const want = wanted({ methods: ['score-cam'], layers: ['a'] });
    expect(missingParts(partial, [want])).toEqual([want]);
    expect(knownLayer(partial, 'score-cam', 0, 'a')?.partial).toBe(0.25);
    expect(missingParts(learn(partial, [answer('score-cam', 0, ['a'])], null), [want])).toEqual([]);
  });
});

describe('what is known', () => {
  it('is not lost to an answer that says less', () => {
    const full = learn(NOTHING_KNOWN, [answer('cam', 0, ['a'], { carried: true, top: 4 })], null);
    const after = learn(full, [answer('cam', 0, ['a'], { top: 1 })], null);
    expect(knownLayer(after, 'cam', 0, 'a')?.layer.top).toHaveLength(4);
  });

  it('is bounded: the class heard of longest ago is forgotten', () => {
    let known: Known = NOTHING_KNOWN;
    for (let target = 0; target < 100; target++) {
      known = learn(known, [answer('cam', target, ['a'])], null);
      known = learn(known, [answer('cam', 0, ['a'])], null);
    }
    expect(known.pairs.size).toBeLessThan(100);
    expect(knownLayer(known, 'cam', 99, 'a')).not.toBeNull();
    expect(knownLayer(known, 'cam', 0, 'a')).not.toBeNull();
    expect(knownLayer(known, 'cam', 1, 'a')).toBeNull();
  });
});
