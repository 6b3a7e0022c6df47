import type { VNode } from 'preact';
import { counted, fill } from '../../common/format.js';
import { Icon } from '../../common/icons.js';
import { Menu } from '../../common/Menu.js';
import { Popover } from '../../common/Popover.js';
import type { KnownRun } from '../state/pageState.js';
import { useTimeline } from '../state/timeline.js';

/** A run, how many checkpoints it has and whether new ones are looked for; opens its menu. */
export function RunButton({ run }: { readonly run: KnownRun }): VNode {
  const { strings, post, announce } = useTimeline();
  const { id, name, kind, live } = run;
  const choices =
    kind === 'graph'
      ? []
      : ([
          ['chooseGraph', strings.timelineChooseGraph],
          ['chooseReference', strings.timelineChooseReference],
        ] as const);
  const checkpoints = counted(run.checkpoints.length, strings.timelineCountOne, strings.timelineCount);
  return (
    <span class="head-run">
      <Popover
        popup="menu"
        buttonClass="pick-button"
        label={fill(strings.timelineRun, { run: name, checkpoints })}
        button={
          <>
            <strong class="pick-text">{name}</strong>
            <span class="quiet number">{checkpoints}</span>
            <Icon name="chevronDown" />
          </>
        }
      >
        <Menu
          items={[
            ...choices.map(([type, text]) => ({
              text,
              act: () => {
                post({ type, run: id });
              },
            })),
            {
              text: strings.timelineRemoveRun,
              act: () => {
                post({ type: 'removeRun', run: id });
                announce(fill(strings.announceRemoved, { what: name }));
              },
            },
          ]}
        />
      </Popover>
      <span class={live ? 'live' : 'live stopped'} title={live ? strings.timelineLiveHint : undefined}>
        {live ? strings.timelineLive : strings.timelineStopped}
      </span>
    </span>
  );
}
