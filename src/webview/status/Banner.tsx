import type { ComponentChildren, VNode } from 'preact';
import { Icon } from '../common/icons.js';

export interface BannerProps {
  readonly kind: 'info' | 'error';
  readonly text: string;
  /** Buttons. */
  readonly children?: ComponentChildren;
}

/** A line above what a page shows. */
export function Banner({ kind, text, children }: BannerProps): VNode {
  const isError = kind === 'error';
  return (
    <div class={isError ? 'banner error' : 'banner'} role={isError ? 'alert' : 'status'}>
      <Icon name={kind} />
      <span class="banner-text">{text}</span>
      {children}
    </div>
  );
}
