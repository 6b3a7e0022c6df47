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

const MESSAGE_TYPES: ReadonlySet<string> = new Set<HostMessage['type']>([
  'model',
  'picture',
  'explanation',
  'snapshot',
  'progress',
  'results',
  'needStatus',
  'reveal',
  'export',
]);

function isHostMessage(value: unknown): value is HostMessage {
  return isOfType(value, MESSAGE_TYPES);
}

function isBootstrap(value: object): value is PanelBootstrap {
  return 'strings' in value && 'locale' in value && 'display' in value && 'topChannels' in value;
}
