import { l10n, window, workspace } from 'vscode';
import type { QuickPickItem, Uri } from 'vscode';

interface ReportItem extends QuickPickItem {
  /** null: one that the user looks for. */
  readonly uri: Uri | null;
}

/** The reports of the workspace. */
export function findReports(): Thenable<readonly Uri[]> {
  return workspace.findFiles('**/*.relcam.json');
}

/** Asks for another report: one of the workspace, or any. @returns its path; null where the user chose none */
export async function chooseReport(than: string): Promise<string | null> {
  const found = await findReports();
  const others = found.filter(({ fsPath }) => fsPath !== than);
  if (others.length === 0) return browse();
  const items = others.map((uri): ReportItem => ({ label: workspace.asRelativePath(uri), uri }));
  const more: ReportItem = { label: `$(folder-opened) ${l10n.t('Browse…')}`, uri: null };
  const placeHolder = l10n.t('Which report is this one to be compared with?');
  const chosen = await window.showQuickPick([...items, more], { placeHolder });
  if (chosen === undefined) return null;
  return chosen.uri?.fsPath ?? browse();
}

async function browse(): Promise<string | null> {
  const chosen = await window.showOpenDialog({
    title: l10n.t('Choose a Report'),
    filters: { [l10n.t('Reports')]: ['json'] },
  });
  return chosen?.[0]?.fsPath ?? null;
}
