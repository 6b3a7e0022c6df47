import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { LayerExplanation, Picture } from '../../../protocol/explanation.js';
import { SANITY_MODULES, type SanityStep } from '../../../protocol/sanity.js';
import { breakable } from '../../common/breakable.js';
import { flatValuesText } from '../../common/flatText.js';
import { fill } from '../../common/format.js';
import { OverlayCanvas } from '../../picture/OverlayCanvas.js';
import { usePage } from '../../state/page.js';
import { namedSteps, numbersText, type Chain, type NamedStep } from './steps.js';

export interface SanityChainProps {
  readonly chain: Chain;
  /** The map that is checked; null where it is not known. */
  readonly layer: Pick<LayerExplanation, 'map' | 'width' | 'height'> | null;
  readonly picture: Picture;
  readonly bare: boolean;
  /** Whether more steps are on their way. */
  readonly running: boolean;
  /** Asks for them; null where there is nothing to ask for. */
  readonly onRun: (() => void) | null;
}

/** The maps from the original model to the random one, and the button that asks for them. */
export function SanityChain({ chain, layer, running, onRun, ...cell }: SanityChainProps): VNode {
  const { strings } = usePage();
  const { crop } = cell.picture;
  return (
    <ol class="sanity-chain" style={{ '--ratio': crop.width / crop.height }}>
      {namedSteps(chain, strings).map((named, place) => {
        const known = named.step && { ...chain, map: named.step.map };
        const shownMap = known ?? (place === 0 ? layer : null);
        if (!shownMap && !running) return null;
        return <StepCell key={place} named={named} place={place} shown={shownMap} {...cell} />;
      })}
      {onRun && (
        <li>
          <RunButton chain={chain} onRun={onRun} />
        </li>
      )}
    </ol>
  );
}

interface StepCellProps extends Pick<SanityChainProps, 'picture' | 'bare'> {
  readonly named: NamedStep;
  readonly place: number;
  /** null until it is known; its map is null where the values are not finite. */
  readonly shown: (Pick<Chain, 'width' | 'height'> & Pick<SanityStep, 'map'>) | null;
}

function StepCell({ named: { name, step }, place, shown, ...cell }: StepCellProps): VNode {
  const { strings } = usePage();
  return (
    <li class="shot">
      {shown ? <StepMap {...shown} {...cell} /> : <div class="skeleton shot-skeleton" />}
      <span class="sanity-name">
        <span class="sanity-place">{place}</span> {breakable(name)}
      </span>
      {step && <span class="shot-caption">{numbersText(strings.sanityNumbers, step, strings)}</span>}
    </li>
  );
}

type StepMapProps = NonNullable<StepCellProps['shown']> & Pick<SanityChainProps, 'picture' | 'bare'>;

function StepMap({ map, width, height, picture, bare }: StepMapProps): VNode {
  const { display, strings } = usePage();
  const grid = useMemo(() => map && { width, height, values: map }, [map, width, height]);
  const note = map === null ? strings.sanityNotFinite : flatValuesText(map, strings);
  return (
    <>
      <OverlayCanvas picture={picture} grid={bare || note !== null ? null : grid} display={display} />
      {note !== null && <span class="shot-caption">{note}</span>}
    </>
  );
}

interface RunButtonProps {
  readonly chain: Chain;
  readonly onRun: () => void;
}

/** Says what the check costs, or how far it came. */
function RunButton({ chain, onRun }: RunButtonProps): VNode {
  const { strings } = usePage();
  const { modules, steps } = chain;
  const note =
    steps.length > 0
      ? fill(strings.sanityStopped, { done: steps.length - 1, count: modules.length })
      : fill(strings.sanityCost, { count: SANITY_MODULES + 1 });
  return (
    <button type="button" class="sanity-run" onClick={onRun}>
      <span class="run">
        <span class="run-act">{strings.run}</span>
        <span class="run-note">{note}</span>
      </span>
    </button>
  );
}
