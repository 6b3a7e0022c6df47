import type { VNode } from 'preact';
import type { Excited, ReportChannels } from '../../../evaluation/channels/excited.js';
import type { RankedChannel } from '../../../evaluation/channels/rankedChannels.js';
import type { ReportLayer } from '../../../evaluation/report.js';
import { CHANNEL_METHOD } from '../../../protocol/evaluation.js';
import { formatValue } from '../../../protocol/numbers.js';
import { fill } from '../../common/format.js';
import { useReport } from '../state/report.js';
import { Crop } from './Crop.js';
import { excitedPart } from './excitedPart.js';

export interface ChannelRowProps {
  readonly ranked: RankedChannel;
  readonly layer: ReportLayer;
  readonly channels: ReportChannels;
}

/** A channel's number, and the pictures that excite it; a click explains one at this layer. */
export function ChannelRow({ ranked: { channel, excited }, layer, channels }: ChannelRowProps): VNode {
  const { strings } = useReport();
  return (
    <div class="report-channel" role="group" aria-label={fill(strings.reportChannel, { channel })}>
      <h3>{fill(strings.channel, { channel })}</h3>
      <ul class="report-crops">
        {excited.map((each) => (
          <li key={each[0]}>
            <ExcitedPicture excited={each} layer={layer} channels={channels} />
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ExcitedPictureProps extends Pick<ChannelRowProps, 'layer' | 'channels'> {
  readonly excited: Excited;
}

function ExcitedPicture({ excited, layer, channels }: ExcitedPictureProps): VNode | null {
  const { report, strings, choice, percent, alone, post } = useReport();
  const [place, value, position] = excited;
  const picture = channels.pictures[place];
  if (picture === undefined) return null;
  const { file } = picture;
  const text = choice.channels.excitement === 'relevance' ? percent(value) : formatValue(value);
  const { target } = report.pictures.find((each) => each.file === file) ?? {};
  const cell = (
    <>
      <Crop picture={picture} excited={excitedPart(picture, report.model.preprocessing, layer, position)} />
      <span class="report-excitement">{text}</span>
    </>
  );
  const hint = fill(strings.reportExplain, { file, value: text });
  if (alone || target === undefined)
    return (
      <div class="report-excited" title={`${file}: ${text}`}>
        {cell}
      </div>
    );
  return (
    <button
      type="button"
      class="report-excited"
      title={hint}
      aria-label={hint}
      onClick={() => {
        post({ type: 'explain', picture: { file, target, method: CHANNEL_METHOD, tensor: layer.tensor } });
      }}
    >
      {cell}
    </button>
  );
}
