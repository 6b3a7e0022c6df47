import type { HostMessage, PanelBootstrap, PanelMessage, PanelState } from '../protocol/panel.js';
import { readPanelState } from './state/persistence.js';

declare function acquireVsCodeApi(): {
  postMessage(message: PanelMessage): void;
  getState(): unknown;
  setState(state: PanelState): void;
};

/** The extension host as the page sees it. */
export interface Host {
  readonly post: (message: PanelMessage) => void;
  /** Calls back for every message until the function returned is called. */
  readonly listen: (handle: (message: HostMessage) => void) => () => void;
  readonly load: () => PanelState | null;
  readonly save: (state: PanelState) => void;
}

export function connect(): Host {
  const api = acquireVsCodeApi();
  return {
    post: (message) => {
      api.postMessage(message);
    },
    listen: (handle) => {
      const onMessage = ({ data }: MessageEvent<unknown>): void => {
        if (isHostMessage(data)) handle(data);
      };
      window.addEventListener('message', onMessage);
      return () => {
        window.removeEventListener('message', onMessage);
      };
    },
    load: () => readPanelState(api.getState()),
    save: (state) => {
      api.setState(state);
    },
  };
}

/** What the host wrote into the page's HTML. */
export function readBootstrap(): PanelBootstrap {
  const value: unknown = JSON.parse(document.getElementById('bootstrap')?.textContent ?? '');
  if (!isBootstrap(value)) throw new Error('The page was opened without its bootstrap data.');
  return value;
}

const MESSAGE_TYPES: ReadonlySet<string> = new Set<HostMessage['type']>([
  'model',
  'picture',
  'explanation',
  'snapshot',
  'progress',
  'results',
  'needStatus',
  'reveal',
]);

/** Host and page are built together; this tells the host's messages from those of the editor's own scripts. */
function isHostMessage(value: unknown): value is HostMessage {
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : null;
  return typeof type === 'string' && MESSAGE_TYPES.has(type);
}

function isBootstrap(value: unknown): value is PanelBootstrap {
  return (
    typeof value === 'object' &&
    value !== null &&
    'strings' in value &&
    'locale' in value &&
    'display' in value &&
    'topChannels' in value
  );
}
