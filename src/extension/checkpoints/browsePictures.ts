import { l10n, window } from 'vscode';

/** Asks for pictures; none where the user chose none. */
export async function browsePictures(): Promise<readonly string[]> {
  const pictures = await window.showOpenDialog({
    title: l10n.t('Choose Pictures'),
    openLabel: l10n.t('Explain'),
    canSelectMany: true,
    filters: { [l10n.t('Pictures')]: ['png', 'jpg', 'jpeg', 'webp', 'bmp', 'gif', 'tif', 'tiff', 'avif'] },
  });
  return (pictures ?? []).map(({ fsPath }) => fsPath);
}
