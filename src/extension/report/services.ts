import type { Panels } from '../panel/panels.js';
import type { Services } from '../panel/services.js';

/** What every report works with. */
export interface ReportServices extends Pick<Services, 'log' | 'extensionUri'> {
  readonly panels: Panels;
}
