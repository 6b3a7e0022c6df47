import type { VNode } from 'preact';
import { EXPORT_KINDS, type ExportKind } from '../../../../protocol/engineApi.js';
import { Icon } from '../../../common/icons.js';
import { Menu } from '../../../common/Menu.js';
import { Popover } from '../../../common/Popover.js';
import { usePage } from '../../../state/page.js';
import { exportMessage } from '../../../state/exportMessage.js';
import { subjectOf } from '../../../state/pageState.js';
import {
  currentChannel,
  currentGrid,
  currentLayer,
  currentMarks,
  scaleOf,
} from '../../../state/selectors.js';
import { copyPicture } from './copyPicture.js';

/** Saves what is shown, or copies it. */
export function ExportMenu(): VNode {
  const { state, strings, post, announce } = usePage();
  const layer = currentLayer(state);
  const hasWeights = layer?.weights != null;
  const save = (kinds: readonly ExportKind[]): void => {
    const message = exportMessage(state, kinds);
    if (message) post(message);
  };
  const copy = (): void => {
    const grid = currentGrid(state);
    const picture = subjectOf(state)?.picture;
    if (!layer || !grid || !picture) return;
    const report = (text: string): void => {
      announce(text);
      post({ type: 'notify', text });
    };
    const display = { ...state.display, scale: scaleOf(state, layer, currentChannel(state)) };
    copyPicture({
      picture,
      grid,
      display,
      cropOnly: state.framing.cropOnly,
      marks: currentMarks(state),
    }).then(
      () => {
        report(strings.copied);
      },
      () => {
        report(strings.copyFailed);
      },
    );
  };
  const items = [
    {
      text: strings.exportOverlay,
      act: () => {
        save(['overlay']);
      },
    },
    {
      text: strings.exportMap,
      act: () => {
        save(['map']);
      },
    },
    {
      text: strings.exportRaw,
      act: () => {
        save(['raw']);
      },
    },
    ...(hasWeights
      ? [
          {
            text: strings.exportWeights,
            act: () => {
              save(['weights']);
            },
          },
        ]
      : []),
    {
      text: strings.exportAll,
      act: () => {
        save(EXPORT_KINDS);
      },
    },
    { text: strings.copyPicture, act: copy },
  ];
  return (
    <Popover
      popup="menu"
      buttonClass="pick-button"
      label={strings.export}
      disabled={!layer}
      button={
        <>
          <span>{strings.export}</span>
          <Icon name="chevronDown" />
        </>
      }
    >
      <Menu items={items} />
    </Popover>
  );
}
