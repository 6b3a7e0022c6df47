import { readdirSync, readFileSync } from 'node:fs';
import { arch, cpus, release } from 'node:os';
import path from 'node:path';
import * as ort from 'onnxruntime-node';

import { stateOf } from '../files.js';
import { HOST } from '../processes.js';

/** What a system says of itself. */
export interface System {
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What the maker calls the processor. */
  readonly processor: string;
  /** The text of a file; null where there is none. */
  readonly read: (file: string) => string | null;
  /** The names in a folder; none where there is no such folder. */
  readonly list: (folder: string) => readonly string[];
}

/** What is known of a graphics card without asking it. */
export interface SystemCard {
  /** As its maker names it; null where nobody says. */
  readonly name: string | null;
  /** What tells this card with its driver from another, as far as the system says. */
  readonly identity: string;
  /** Whether there may be one: Vulkan also finds programs that compute as a card would, many times slower. */
  readonly isLikely: boolean;
}

/** Variables that name the drivers which Vulkan uses. */
const NAMED_DRIVERS = ['VK_DRIVER_FILES', 'VK_ICD_FILENAMES'];
/** Where Linux keeps lists of its Vulkan drivers: they change with those. */
const DRIVERS = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d'];
/** Devices of cards on Linux; the last is that of a Linux inside Windows. */
const DEVICES = /^(?:renderD\d+|nvidia\d+|dxg)$/;

const MAKERS: ReadonlyMap<string, string> = new Map([
  ['0x8086', 'Intel'],
  ['0x1002', 'AMD'],
  ['0x10de', 'NVIDIA'],
]);

export function systemCard(system: System = THIS): SystemCard {
  const { platform, env } = system;
  const named = NAMED_DRIVERS.map((variable) => env[variable] ?? '');
  const isLinux = platform === 'linux';
  const hasNamed = isLinux && named.some((files) => files !== '');
  return {
    name: hasNamed ? null : nameOf(system),
    identity: JSON.stringify([
      platform,
      arch(),
      HOST,
      release(),
      ort.env.versions.node,
      named,
      drivers(system),
    ]),
    isLikely:
      !isLinux || hasNamed || ['/dev', '/dev/dri'].flatMap(system.list).some((name) => DEVICES.test(name)),
  };
}

/** Where there are several, nobody says which of them the system will give. */
function nameOf({ platform, processor, read, list }: System): string | null {
  // Its processors hold the graphics card.
  if (platform === 'darwin') return processor.startsWith('Apple') ? processor : null;
  const cards = list('/sys/class/drm').filter((name) => /^card\d+$/.test(name));
  const [card, another] = cards.map((name) => read(`/sys/class/drm/${name}/device/vendor`)?.trim() ?? '');
  if (card === undefined || another !== undefined) return null;
  const [nvidia] = list('/proc/driver/nvidia/gpus');
  const model = /^Model:\s*(.+)$/m.exec(
    read(`/proc/driver/nvidia/gpus/${nvidia ?? ''}/information`) ?? '',
  )?.[1];
  return model?.trim() ?? MAKERS.get(card) ?? null;
}

function drivers({ read, list }: System): readonly unknown[] {
  const lists = DRIVERS.flatMap((folder) => list(folder).map((name) => path.join(folder, name)));
  return [read('/proc/driver/nvidia/version'), ...lists.map((file) => [file, stateOf(file)])];
}

const THIS: System = {
  platform: process.platform,
  env: process.env,
  processor: cpus()[0]?.model ?? '',
  read: (file) => orElse(() => readFileSync(file, 'utf8'), null),
  list: (folder) => orElse(() => readdirSync(folder), []),
};

function orElse<T>(read: () => T, otherwise: T): T {
  try {
    return read();
  } catch {
    return otherwise;
  }
}
