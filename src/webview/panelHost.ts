import type { HostMessage, PanelBootstrap, PanelMessage, PanelState } from '../protocol/panel.js';
import { connect, isOfType, readBootstrap, type Host } from './host.js';
import { readPanelState } from './state/persistence.js';

/** The extension host as the panel sees it. */
export type PanelHost = Host<PanelMessage, HostMessage, PanelState>;

export function connectPanel(): PanelHost {
  return connect(isHostMessage, readPanelState);
}

export function panelBootstrap(): PanelBootstrap {
  return readBootstrap(isBootstrap);
}

/** All of them, which the type demands. */
const MESSAGE_TYPES: Readonly<Record<HostMessage['type'], true>> = {
  model: true,
  picture: true,
  explanation: true,
  snapshot: true,
  folder: true,
  thumbnail: true,
  judgements: true,
  progress: true,
  results: true,
  sanity: true,
  needStatus: true,
  reveal: true,
  export: true,
  focusFilmstrip: true,
};

const KNOWN_TYPES: ReadonlySet<string> = new Set(Object.keys(MESSAGE_TYPES));

function isHostMessage(value: unknown): value is HostMessage {
  return isOfType(value, KNOWN_TYPES);
}

function isBootstrap(value: object): value is PanelBootstrap {
  return 'strings' in value && 'locale' in value && 'display' in value && 'topChannels' in value;
}
