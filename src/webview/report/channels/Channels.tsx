import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { EXCITEMENTS, type ReportChannels } from '../../../evaluation/channels/excited.js';
import { fill } from '../../common/format.js';
import { NoMatch } from '../../common/NoMatch.js';
import { Section } from '../../common/Section.js';
import { Segmented } from '../../common/Segmented.js';
import { Picker } from '../pictures/Picker.js';
import type { ChannelsChoice } from '../state/choice.js';
import { useReport } from '../state/report.js';
import { ChannelPages } from './ChannelPages.js';
import { ChannelRow } from './ChannelRow.js';
import { ChannelSearch } from './ChannelSearch.js';
import { shownChannels } from './shownChannels.js';

/** Which pictures excite the channels of a layer, each cut to what excites it. */
export function Channels({ channels }: { readonly channels: ReportChannels }): VNode | null {
  const { report, strings, choice, choose, asked } = useReport();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (asked !== null) place.current?.scrollIntoView();
  }, [asked]);
  const { layers } = report.plan;
  const known = shownChannels(layers, channels, choice.channels);
  if (known === null) return null;
  const { channel, excitement } = choice.channels;
  const change = (to: Partial<ChannelsChoice>): void => {
    choose({ channels: { ...choice.channels, before: 0, ...to } });
  };
  const texts = {
    relevance: { text: strings.reportByRelevance, hint: strings.reportByRelevanceHint },
    activation: { text: strings.reportByActivation, hint: strings.reportByActivationHint },
  };
  const none =
    channel === null ? strings.reportNoChannels : fill(strings.reportChannelNotExcited, { channel });
  return (
    <div ref={place}>
      <Section title={strings.reportChannels}>
        <p class="report-about">{strings.reportChannelsAbout}</p>
        <div class="report-pickers">
          <Picker
            caption={strings.reportLayer}
            options={known.layers.map(({ tensor: id, label: text }) => ({
              id,
              text,
            }))}
            chosen={known.layer.tensor}
            onPick={(tensor) => {
              change({ tensor, channel: null });
            }}
          />
          <Segmented
            label={strings.reportExcitement}
            value={excitement}
            options={EXCITEMENTS.map((value) => ({ value, ...texts[value] }))}
            onChange={(value) => {
              change({ excitement: value });
            }}
          />
          <ChannelSearch
            channel={channel}
            onSearch={(wanted) => {
              change({ channel: wanted });
            }}
          />
          <ChannelPages
            known={known}
            onTurn={(before) => {
              change({ before });
            }}
          />
        </div>
        <NoMatch text={known.shown.length > 0 ? null : none} />
        <ul class="report-channels">
          {known.shown.map((each) => (
            <li key={each.channel}>
              <ChannelRow ranked={each} layer={known.layer} channels={channels} />
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
