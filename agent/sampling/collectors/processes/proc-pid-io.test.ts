import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parseProcPidIo } from './proc-pid-io.ts';

const TEXT = readFileSync(new URL('fixtures/io.txt', import.meta.url), 'utf8');

it('has what went to and from disks, cancelled writes included, and no other reads and writes', () => {
  expect(parseProcPidIo(TEXT)).toEqual({ readBytes: 61_440, writtenBytes: 323_932_160 });
});

it.each(['', 'rchar: 1\n', TEXT.replace(/^write_bytes.*\n/m, ''), TEXT.replace('61440', '-1')])(
  'is not known from another text: %j',
  (text) => expect(parseProcPidIo(text)).toBeNull(),
);
