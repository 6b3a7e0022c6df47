import type { Explanation, LayerExplanation } from '../../protocol/explanation.js';
import type { SanityCheck } from '../../protocol/sanity.js';

/**
 * The same explanations with all their numbers in one buffer. VS Code sends every buffer of a message to a page as an
 * argument of a call, counts those in one byte, and so loses what exceeds 255.
 */
export function inOneBuffer(explanations: readonly Explanation[]): readonly Explanation[] {
  return gathered((move) => copyOf(explanations, move));
}

/** The same of a sanity check. */
export function checkInOneBuffer(check: SanityCheck): SanityCheck {
  return gathered((move) => ({
    ...check,
    steps: check.steps.map((step) => ({ ...step, map: step.map && move(step.map) })),
  }));
}

/** @param copy takes every array of numbers from what it is given for it */
function gathered<T>(copy: (move: Move) => T): T {
  let length = 0;
  copy((values) => {
    length += values.length;
    return values;
  });
  const all = new Float32Array(length);
  let used = 0;
  return copy((values) => {
    const moved = all.subarray(used, used + values.length);
    moved.set(values);
    used += values.length;
    return moved;
  });
}

type Move = (values: Float32Array) => Float32Array;

function copyOf(explanations: readonly Explanation[], move: Move): readonly Explanation[] {
  return explanations.map((explanation) => ({
    ...explanation,
    values: move(explanation.values),
    probabilities: explanation.probabilities && move(explanation.probabilities),
    layers: explanation.layers.map((layer) => copyOfLayer(layer, move)),
  }));
}

function copyOfLayer(layer: LayerExplanation, move: Move): LayerExplanation {
  return {
    ...layer,
    map: move(layer.map),
    weights: layer.weights && move(layer.weights),
    top: layer.top.map((channel) => ({
      ...channel,
      activation: move(channel.activation),
      carried: channel.carried && move(channel.carried),
    })),
  };
}
