import type { EngineApi, ModelChoice } from '../../protocol/engineApi.js';
import type { ModelInfo } from '../../protocol/model.js';
import type { ModelSettings } from '../../protocol/modelSettings.js';
import type { HostMessage } from '../../protocol/panel.js';

/** The model that is to explain. */
export interface FoundModel {
  readonly choice: ModelChoice;
  /** Whether it was chosen for this session alone. */
  readonly isOwn: boolean;
}

/** What a session needs to know of the world. */
export interface SessionContext {
  readonly engine: EngineApi;
  /** The subject's place in the panel's list. */
  readonly of: number;
  /** The model to use; null where there is none. */
  findModel(): Promise<FoundModel | null>;
  settingsOf(model: string): ModelSettings;
  topChannels(): number;
  /** The layer that the page shows, or will with this model; null where it has none. */
  shownLayer(model: ModelInfo): string | null;
  /** Index of the class that a picture should have. */
  expectedClass(image: string, model: ModelInfo): number | null;
  /** Logs the error and says it in one sentence. */
  describe(error: unknown): string;
  /** The subject is another. */
  changed(): void;
  post(message: HostMessage): void;
}
