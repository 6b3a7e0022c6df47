import type { VNode } from 'preact';
import { usePage } from '../../state/page.js';
import { CorrelationLegend, CorrelationPlot } from '../shared/CorrelationPlot.js';
import { correlationText } from '../shared/formatCorrelation.js';
import { curvesOf, namedSteps, type Chain } from './steps.js';

const MOST_NUMBERS = 13;

/** How alike the maps stay while module after module is drawn anew (Adebayo et al. 2018). */
export function SanityPlot({ chain }: { readonly chain: Chain }): VNode {
  const { strings } = usePage();
  const curves = curvesOf(chain);
  const names = [strings.sanityRank, strings.sanitySsim];
  const places = [...chain.modules.keys(), chain.modules.length];
  const every = Math.ceil(places.length / MOST_NUMBERS);
  const spoken = curves.map((values, index) => {
    const known = values.slice(0, chain.steps.length);
    return `${names[index] ?? ''}: ${known.map((value) => correlationText(value, strings)).join(', ')}`;
  });
  return (
    <figure class="sanity-plot">
      <figcaption>{strings.sanityLikeness}</figcaption>
      <CorrelationPlot
        lines={curves}
        columns={places.length}
        label={`${strings.sanityLikeness}. ${spoken.join('; ')}`}
      />
      <div class="sanity-axis" aria-hidden="true">
        {places.map((place) => (
          <span key={place}>{place % every === 0 ? place : ''}</span>
        ))}
      </div>
      <p class="sanity-axis-name" aria-hidden="true">
        {strings.sanityAxis}
      </p>
      <CorrelationLegend names={names} />
    </figure>
  );
}

/** The plot's numbers. */
export function SanityTable({ chain }: { readonly chain: Chain }): VNode {
  const { strings } = usePage();
  const curves = curvesOf(chain);
  return (
    <details class="values-table correlation-values">
      <summary>{strings.sanityValues}</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">{strings.sanityStep}</th>
            <th scope="col">{strings.sanityModule}</th>
            <th scope="col">{strings.sanityRank}</th>
            <th scope="col">{strings.sanitySsim}</th>
          </tr>
        </thead>
        <tbody>
          {namedSteps(chain, strings).map(({ name, step }, place) =>
            step ? (
              <tr key={place}>
                <td class="number">{place}</td>
                <th scope="row">{name}</th>
                {curves.map((values, index) => (
                  <td key={index} class="number">
                    {correlationText(values[place], strings)}
                  </td>
                ))}
              </tr>
            ) : null,
          )}
        </tbody>
      </table>
    </details>
  );
}
