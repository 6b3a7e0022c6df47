import type { VNode } from 'preact';
import { useId } from 'preact/hooks';

export interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** After the field. */
  readonly note: string;
  readonly onChange: (value: number) => void;
}

/** A whole number to type or to step through by arrow keys. */
export function NumberField({ label, value, min, max, note, onChange }: NumberFieldProps): VNode {
  const id = useId();
  return (
    <span class="number-field">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="number"
        inputMode="numeric"
        min={min}
        max={max}
        step={1}
        value={value}
        onInput={({ currentTarget }) => {
          const typed = currentTarget.valueAsNumber;
          // What is half typed, or out of range, changes nothing.
          if (Number.isInteger(typed) && typed >= min && typed <= max) onChange(typed);
        }}
        onBlur={({ currentTarget }) => {
          currentTarget.value = String(value);
        }}
      />
      <span class="quiet">{note}</span>
    </span>
  );
}
