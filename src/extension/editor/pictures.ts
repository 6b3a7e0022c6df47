import { l10n, window } from 'vscode';
import type { Uri } from 'vscode';

import { PICTURE_ENDINGS } from '../../protocol/picture.js';

/** Asks for pictures; none where the user chose none. */
export async function browsePictures(): Promise<readonly Uri[]> {
  const pictures = await window.showOpenDialog({
    title: l10n.t('Choose Pictures'),
    openLabel: l10n.t('Explain'),
    canSelectMany: true,
    filters: { [l10n.t('Pictures')]: PICTURE_ENDINGS },
  });
  return pictures ?? [];
}
