import { l10n, window } from 'vscode';
import type { Uri } from 'vscode';

const ENDINGS = ['png', 'jpg', 'jpeg', 'webp', 'bmp', 'gif', 'tif', 'tiff', 'avif'];

/** Whether a file is a picture, by its name. */
export function isPicture(path: string): boolean {
  return ENDINGS.some((ending) => path.toLowerCase().endsWith(`.${ending}`));
}

/** Asks for pictures; none where the user chose none. */
export async function browsePictures(): Promise<readonly Uri[]> {
  const pictures = await window.showOpenDialog({
    title: l10n.t('Choose Pictures'),
    openLabel: l10n.t('Explain'),
    canSelectMany: true,
    filters: { [l10n.t('Pictures')]: ENDINGS },
  });
  return pictures ?? [];
}
