import type { ComponentChildren, VNode } from 'preact';
import { Icon, type IconProps } from '../common/icons.js';

export interface MessageProps {
  readonly icon: IconProps['name'];
  readonly title: string;
  readonly text: string;
  /** Whether nothing else on the page says what it is. */
  readonly alone?: boolean;
  /** Buttons. */
  readonly children?: ComponentChildren;
}

/** In the place of a whole page: why there is nothing to show, and what can be done. */
export function Message({ icon, title, text, alone = false, children }: MessageProps): VNode {
  const isError = icon === 'error';
  return (
    <main class="message">
      <span class={isError ? 'message-icon error' : 'message-icon'}>
        <Icon name={icon} />
      </span>
      {alone ? <h1>{title}</h1> : <h2>{title}</h2>}
      <p role={isError ? 'alert' : 'status'}>{text}</p>
      {children && <div class="message-buttons">{children}</div>}
    </main>
  );
}
