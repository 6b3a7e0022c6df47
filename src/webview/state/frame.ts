import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { ClassValue, Display } from '../../protocol/explanation.js';
import type { PanelMessage } from '../../protocol/panel.js';
import type { PanelStrings } from '../../protocol/panelStrings.js';

/** What every page gives to the components that it shares with others. */
export interface Frame {
  readonly strings: PanelStrings;
  readonly percent: (fraction: number) => string;
  /** What a model says of a class, as text. */
  readonly classValue: (of: ClassValue) => string;
  readonly display: Display;
  /** How much of a map takes no colour where it is drawn with emphasis. */
  readonly emphasis: number;
  readonly setDisplay: (change: Partial<Display>) => void;
  readonly post: (message: SharedMessage) => void;
  /** Says a text to assistive technology. */
  readonly announce: (text: string) => void;
}

/** What every host understands. */
export type SharedMessage = Extract<PanelMessage, { type: 'saveFigure' | 'selectMethod' | 'notify' }>;

export const FrameContext = createContext<Frame | null>(null);

export function useFrame(): Frame {
  const frame = useContext(FrameContext);
  if (!frame) throw new Error('useFrame outside of a page');
  return frame;
}
