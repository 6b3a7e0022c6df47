import type {
  ReportBootstrap,
  ReportHostMessage,
  ReportMessage,
  ReportState,
} from '../../evaluation/reportPage.js';
import type { Host } from '../host.js';

/** The host as the report sees it. */
export type ReportHost = Host<ReportMessage, ReportHostMessage, ReportState>;

/** In the place of the host, for a page that was saved as a file: it tells what the file holds, and saves by the browser. */
export function aloneHost({ shown, other }: NonNullable<ReportBootstrap['alone']>): ReportHost {
  return {
    post: (message) => {
      if (message.type === 'save') download(`report.${message.format}`, message.text);
    },
    listen: (handle) => {
      handle({ type: 'report', shown });
      handle({ type: 'other', other });
      return () => undefined;
    },
    load: () => null,
    save: () => undefined,
  };
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text]));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
