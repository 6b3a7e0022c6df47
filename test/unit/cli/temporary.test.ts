import { beforeAll, describe, expect, test } from 'vitest';
import { writeModel } from '../../../src/engine/onnx/write.js';
import { temporaryFolder } from '../image/helpers.js';
import { colorModel, program } from './program.js';

const folder = temporaryFolder();
/** Set before a program runs: the folder for temporary files, by the names of every system. */
const env: NodeJS.ProcessEnv = { ...process.env };
const cli = program('temporary', env);

let model = '';
beforeAll(async () => {
  model = await folder.write('color.onnx', writeModel(colorModel()).bytes);
});

function temporaryFilesIn(place: string): void {
  for (const name of ['TMPDIR', 'TEMP', 'TMP']) env[name] = place;
}

describe('a folder for temporary files', () => {
  test('that is not there is told in a sentence', async () => {
    const place = folder.path('nowhere');
    temporaryFilesIn(place);
    expect(await cli('inspect', '--model', model)).toEqual({
      status: 2,
      printed: '',
      reported:
        `relevance-cam: Temporary files cannot be written into ${place}: there is no such file. ` +
        'Name another folder with TMPDIR, on Windows with TEMP.\n',
    });
  });

  test('in which nothing can be made is told in a sentence', async () => {
    const place = await folder.write('file', '');
    temporaryFilesIn(place);
    expect(await cli('inspect', '--model', model)).toEqual({
      status: 2,
      printed: '',
      reported:
        `relevance-cam: Temporary files cannot be written into ${place}: a file is in the way. ` +
        'Make room there, or allow writing.\n',
    });
  });
});
