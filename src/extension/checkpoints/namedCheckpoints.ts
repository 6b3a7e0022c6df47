import { modelOf, openingOf } from '../../checkpoints/opening.js';
import { modelSettings } from '../editor/settings.js';
import type { NamedCheckpoint } from '../model/askModel.js';
import { openedBy } from './runs.js';
import type { Runs } from './runs.js';

/** The checkpoints of all runs that can be opened. */
export function namedCheckpoints({ all }: Pick<Runs, 'all'>): readonly NamedCheckpoint[] {
  return all.flatMap((live) => {
    const { run, watch } = live;
    const name = run.name === '' ? watch.name : run.name;
    const there = run.checkpoints.filter(({ state }) => state !== 'deleted');
    return there.flatMap((checkpoint) => {
      const opened = openingOf(checkpoint, { ...openedBy(live), settingsOf: modelSettings });
      return opened === null ? [] : [{ name: checkpoint.name, run: name, model: modelOf(opened) }];
    });
  });
}
