/** The only place that knows the UI toolkit: typed Preact components over its custom elements. */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  vsCodeTextField,
} from '@vscode/webview-ui-toolkit';
import { h, type ComponentChildren, type VNode } from 'preact';

type Properties = Record<string, unknown>;

/** Defines the custom elements; once, before anything is rendered. */
export function registerToolkit(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
    vsCodeTextField(),
  );
}

export interface ButtonProps {
  readonly appearance?: 'primary' | 'secondary' | 'icon';
  readonly label?: string;
  readonly title?: string;
  readonly pressed?: boolean;
  readonly disabled?: boolean;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

export function Button({ label, pressed, children, ...rest }: ButtonProps): VNode {
  return element('vscode-button', { ...rest, 'aria-label': label, 'aria-pressed': pressed }, children);
}

export interface CheckboxProps {
  readonly checked: boolean;
  readonly title?: string;
  readonly disabled?: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ComponentChildren;
}

export function Checkbox({ checked, onChange, children, ...rest }: CheckboxProps): VNode {
  const onChangeEvent = ({ currentTarget }: Event): void => {
    // Also fired when the property is set from outside.
    const now = valueOf(currentTarget, 'checked') === true;
    if (now !== checked) onChange(now);
  };
  return element('vscode-checkbox', { ...rest, checked, onChange: onChangeEvent }, children);
}

export interface DropdownProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly { readonly value: T; readonly text: string }[];
  readonly disabled?: boolean;
  readonly onChange: (value: T) => void;
}

export function Dropdown<T extends string>({
  label,
  value,
  options,
  disabled = false,
  onChange,
}: DropdownProps<T>): VNode {
  const onChangeEvent = ({ currentTarget }: Event): void => {
    const chosen = options.find((option) => option.value === valueOf(currentTarget, 'value'));
    if (chosen && chosen.value !== value) onChange(chosen.value);
  };
  return element(
    'vscode-dropdown',
    { 'aria-label': label, title: label, disabled, value, onChange: onChangeEvent },
    options.map((option) =>
      element('vscode-option', { key: option.value, value: option.value }, option.text),
    ),
  );
}

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly disabled?: boolean;
  readonly class?: string;
  readonly onInput: (value: string) => void;
  /** Shown inside the field, before the text. */
  readonly children?: ComponentChildren;
}

export function TextField({ label, onInput, children, ...rest }: TextFieldProps): VNode {
  const onInputEvent = ({ currentTarget }: Event): void => {
    const value = valueOf(currentTarget, 'value');
    if (typeof value === 'string') onInput(value);
  };
  // The element names itself when it is connected, so its name is set after that.
  const name = (field: Element | null): void => field?.setAttribute('aria-label', label);
  return element('vscode-text-field', { ...rest, ref: name, onInput: onInputEvent }, children);
}

export function ProgressRing(): VNode {
  return element('vscode-progress-ring', { 'aria-hidden': true }, null);
}

function element(name: string, properties: Properties, children: ComponentChildren): VNode {
  return h(name, properties, children);
}

function valueOf(target: EventTarget | null, property: 'value' | 'checked'): unknown {
  return target ? Reflect.get(target, property) : undefined;
}
