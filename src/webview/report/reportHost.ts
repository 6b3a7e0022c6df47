import type { ReportBootstrap, ReportHostMessage } from '../../evaluation/reportPage.js';
import { connect, isOfType, readBootstrap } from '../host.js';
import { aloneHost, type ReportHost } from './aloneHost.js';
import { readKept } from './state/persistence.js';

/** To be called once. */
export function connectReport({ alone }: ReportBootstrap): ReportHost {
  return alone ? aloneHost(alone) : connect(isHostMessage, readKept);
}

export function reportBootstrap(): ReportBootstrap {
  return readBootstrap(isBootstrap);
}

const MESSAGE_TYPES: ReadonlySet<string> = new Set<ReportHostMessage['type']>([
  'report',
  'other',
  'broken',
  'showChannel',
]);

function isHostMessage(value: unknown): value is ReportHostMessage {
  return isOfType(value, MESSAGE_TYPES);
}

function isBootstrap(value: object): value is ReportBootstrap {
  return 'strings' in value && 'locale' in value && 'alone' in value;
}
