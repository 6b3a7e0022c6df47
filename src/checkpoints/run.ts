/** What is known of training runs by the names, sizes and times of their files alone. Paths use `/`. */

import type { StepUnit } from '../protocol/timeline.js';

/** A file below the folder that is watched. */
export interface FileEntry {
  /** Relative to that folder. */
  readonly path: string;
  readonly size: number;
  readonly mtimeMs: number;
  /** Equal where two names, by a link, lead to one file. */
  readonly node: string;
  /** Equal where two files of one size have the same content; null where nobody looked. */
  readonly digest: string | null;
}

/** `graph`: whole models (.onnx) · `weights`: weights alone, which need a graph that was exported once. */
export type CheckpointKind = 'graph' | 'weights';

export interface Checkpoint {
  /** Relative to the folder that is watched: the file to open; of a sharded one its index. */
  readonly path: string;
  /** Relative to the run's folder. */
  readonly name: string;
  /** Told apart within the run; what has none in its name follows what has one. */
  readonly step: number;
  /** Every file of it, that one first. */
  readonly files: readonly string[];
  /** Whether none of its shards is missing. */
  readonly whole: boolean;
}

export interface Run {
  /** The run's folder, relative to the one that is watched, and what its files have in common where it holds several runs. */
  readonly name: string;
  readonly kind: CheckpointKind;
  readonly unit: StepUnit;
  /** The .onnx files beside weights or in the next folder above that has any: one of them is their graph. */
  readonly graphs: readonly string[];
  /** In the order of their steps; those whose names hold none last, by time. */
  readonly checkpoints: readonly Checkpoint[];
}

/** The path of what holds a file or folder; empty for the folder that is watched itself. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')));
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
