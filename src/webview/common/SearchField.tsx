import type { VNode } from 'preact';
import { TextField } from '../toolkit/index.js';
import { Icon } from './icons.js';

export interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
}

/** A text field over a list that it narrows down. */
export function SearchField({ label, value, onInput }: SearchFieldProps): VNode {
  return (
    <TextField class="wide" label={label} placeholder={label} value={value} onInput={onInput}>
      <span slot="start" class="field-icon">
        <Icon name="search" />
      </span>
    </TextField>
  );
}
