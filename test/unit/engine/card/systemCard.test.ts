import { expect, test } from 'vitest';

import { type System, systemCard } from '../../../../src/engine/runtime/systemCard.js';

/** Texts of files. */
type Files = Readonly<Record<string, string>>;

function system(files: Files, change: Partial<System> = {}): System {
  return {
    platform: 'linux',
    env: {},
    processor: 'Processor',
    read: (file) => files[file] ?? null,
    list: (folder) => [
      ...new Set(
        Object.keys(files).flatMap((file) =>
          file.startsWith(`${folder}/`) ? [file.slice(folder.length + 1).split('/')[0] ?? ''] : [],
        ),
      ),
    ],
    ...change,
  };
}

const INTEL: Files = {
  '/dev/dri/renderD128': '',
  '/sys/class/drm/card1/device/vendor': '0x8086\n',
  '/sys/class/drm/card1-DP-1/status': '',
};
const NVIDIA: Files = {
  '/dev/nvidia0': '',
  '/sys/class/drm/card0/device/vendor': '0x10de\n',
  '/proc/driver/nvidia/gpus/0000:01:00.0/information': 'Model: \t\t NVIDIA GeForce RTX 4090\nIRQ: 1\n',
  '/proc/driver/nvidia/version': 'NVRM version: 580.1\n',
};

test.each<[string, System, string | null, boolean]>([
  ['an integrated card', system(INTEL), 'Intel', true],
  ['a card whose driver names it', system(NVIDIA), 'NVIDIA GeForce RTX 4090', true],
  ['two cards, of which nobody knows which is used', system({ ...INTEL, ...NVIDIA }), null, true],
  ['a server without a card', system({ '/dev/null': '' }), null, false],
  ['Linux inside Windows', system({ '/dev/dxg': '' }), null, true],
  ['a named driver', system(INTEL, { env: { VK_DRIVER_FILES: '/some.json' } }), null, true],
  ['a Mac', system({}, { platform: 'darwin', processor: 'Apple M2' }), 'Apple M2', true],
  ['Windows', system({}, { platform: 'win32' }), null, true],
])('%s', (_, of, name, isLikely) => {
  expect(systemCard(of)).toMatchObject({ name, isLikely });
});

test('another driver is another card', () => {
  const { identity } = systemCard(system(NVIDIA));
  expect(systemCard(system(NVIDIA)).identity).toBe(identity);
  const newer = { ...NVIDIA, '/proc/driver/nvidia/version': 'NVRM version: 590.2\n' };
  expect(systemCard(system(newer)).identity).not.toBe(identity);
  expect(systemCard(system(NVIDIA, { env: { VK_DRIVER_FILES: '/some.json' } })).identity).not.toBe(identity);
});
