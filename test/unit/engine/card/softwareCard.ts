// A graphics card that is a program: SwiftShader, which comes with Chromium, computes exactly what a card would, slowly.
import { existsSync } from 'node:fs';
import path from 'node:path';

const FOLDERS = ['/usr/lib/chromium', '/usr/lib/chromium-browser'];

/** The environment in which a process finds it; null where it is not installed. */
export function softwareCard(runtimeFolder: string): Readonly<Record<string, string>> | null {
  const folder = FOLDERS.find((each) =>
    ['vk_swiftshader_icd.json', 'libvulkan.so.1'].every((name) => existsSync(path.join(each, name))),
  );
  if (folder === undefined) return null;
  return {
    VK_DRIVER_FILES: path.join(folder, 'vk_swiftshader_icd.json'),
    LD_LIBRARY_PATH: folder,
    XDG_RUNTIME_DIR: runtimeFolder,
  };
}
