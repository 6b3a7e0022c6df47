import type { VNode } from 'preact';
import { fill } from '../../common/format.js';
import { PickButton } from '../../common/PickButton.js';
import { TextSearch } from '../../common/TextSearch.js';
import { useReport } from '../state/report.js';

export interface PickerProps<Id extends string> {
  /** What there is to choose. */
  readonly caption: string;
  readonly options: readonly { readonly id: Id; readonly text: string }[];
  readonly chosen: Id;
  readonly onPick: (id: Id) => void;
}

/** One of a list that may be long. */
export function Picker<Id extends string>({ caption, options, chosen, onPick }: PickerProps<Id>): VNode {
  const { strings } = useReport();
  const text = options.find(({ id }) => id === chosen)?.text ?? chosen;
  return (
    <PickButton
      popup="dialog"
      caption={caption}
      text={text}
      label={fill(strings.reportPicked, { what: caption, chosen: text })}
    >
      <TextSearch
        label={strings.reportSearch}
        listLabel={caption}
        noMatch={strings.reportNoMatch}
        options={options.map((option) => ({ ...option, value: '' }))}
        chosen={chosen}
        onPick={onPick}
      />
    </PickButton>
  );
}
