import type { VNode } from 'preact';
import { EXPORT_FORMATS, type ExportFormat } from '../../../evaluation/export/formats.js';
import { Icon } from '../../common/icons.js';
import { Menu, type MenuItem } from '../../common/Menu.js';
import { Popover } from '../../common/Popover.js';
import { useReport } from '../state/report.js';

/** The means as a file of another format, or the page itself. */
export function ExportButton(): VNode {
  const { report, tables, strings, alone, post } = useReport();
  const item = (text: string, format: ExportFormat): MenuItem => ({
    text,
    act: () => {
      post({ type: 'save', format, text: EXPORT_FORMATS[format](report, tables) });
    },
  });
  const page: MenuItem = {
    text: strings.reportExportHtml,
    act: () => {
      post({ type: 'saveHtml' });
    },
  };
  return (
    <Popover
      popup="menu"
      buttonClass="pick-button"
      label={strings.export}
      button={
        <>
          <span>{strings.export}</span>
          <Icon name="chevronDown" />
        </>
      }
    >
      <Menu
        items={[
          item(strings.reportExportCsv, 'csv'),
          item(strings.reportExportLatex, 'tex'),
          item(strings.reportExportMarkdown, 'md'),
          item(strings.reportExportJson, 'json'),
          // A page without a host is such a file already.
          ...(alone ? [] : [page]),
        ]}
      />
    </Popover>
  );
}
