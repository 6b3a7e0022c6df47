import type { LogOutputChannel, Uri } from 'vscode';

import type { EngineApi } from '../../protocol/engineApi.js';
import type { Memory } from '../editor/memory.js';
import type { ModelStore } from '../model/modelStore.js';

/** What every panel works with. */
export interface Services {
  readonly engine: EngineApi;
  readonly models: ModelStore;
  readonly memory: Memory;
  readonly log: LogOutputChannel;
  readonly extensionUri: Uri;
}
