import type {
  TimelineBootstrap,
  TimelineHostMessage,
  TimelineMessage,
  TimelineState,
} from '../../protocol/timeline.js';
import { connect, isOfType, readBootstrap, type Host } from '../host.js';
import { readKept } from './state/persistence.js';

/** The extension host as the timeline sees it. */
export type TimelineHost = Host<TimelineMessage, TimelineHostMessage, TimelineState>;

export function connectTimeline(): TimelineHost {
  return connect(isHostMessage, readKept);
}

export function timelineBootstrap(): TimelineBootstrap {
  return readBootstrap(isBootstrap);
}

const MESSAGE_TYPES: ReadonlySet<string> = new Set<TimelineHostMessage['type']>([
  'model',
  'picture',
  'snapshot',
  'results',
  'needStatus',
]);

function isHostMessage(value: unknown): value is TimelineHostMessage {
  return isOfType(value, MESSAGE_TYPES);
}

function isBootstrap(value: object): value is TimelineBootstrap {
  return 'strings' in value && 'locale' in value && 'display' in value;
}
