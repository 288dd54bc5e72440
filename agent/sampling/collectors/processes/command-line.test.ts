import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { processArguments, processTitle, programName } from './command-line.ts';

let proc: string;

beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'command-line-'));
  mkdirSync(join(proc, '7'));
});

afterEach(() => rmSync(proc, { recursive: true }));

const put = (line: string | Buffer): void => writeFileSync(join(proc, '7/cmdline'), line);

describe('the program of a process', () => {
  it.each([
    ['node\0server.js\0', 'node'],
    ['/opt/node-v24/bin/node\0--password\0secret\0', 'node'],
    ['./tools/run\0', 'run'],
    ['nginx: worker process\0\0\0\0', 'nginx'],
    ['postgres: app secret 10.0.0.1(4711) idle\0', 'postgres'],
    ['node --config=/etc/secret /srv/secret\0', 'node'],
    ['/usr/bin/node\t/srv/secret\0', 'node'],
    ['node\n/srv/secret\0', 'node'],
    ['/usr/bin/node /srv/secret\0left\0over\0', 'node'],
    ['/opt/\u202Enode\0', 'node'],
    ['/opt/gr\u00F6\u00DFe\0', 'größe'],
    [Buffer.from('/opt/caf\u00E9\0', 'latin1'), 'caf\uFFFD'],
  ])('of %j is %j', (line, name) => {
    put(line);
    expect(programName(proc, 7)).toBe(name);
  });

  it('keeps replacement characters for invalid bytes', () => {
    put(Buffer.from([0x2f, 0x61, 0xff, 0]));
    expect(programName(proc, 7)).toBe('a\uFFFD');
  });

  it('is the executable if it is known and there is a blank', () => {
    symlinkSync('/opt/My Programs/node', join(proc, '7/exe'));
    put('/opt/My Programs/node\0server.js\0');
    expect(programName(proc, 7)).toBe('node');
    put('/opt/My Programs/node /srv/secret\0');
    expect(programName(proc, 7)).toBe('node');
  });

  it.each(['\0--secret\0', '/\0', ':\0', ' \0', ''])('is the executable if %j names no program', (line) => {
    symlinkSync('/opt/node-v24/bin/node (deleted)', join(proc, '7/exe'));
    put(line);
    expect(programName(proc, 7)).toBe('node');
  });

  it.each([
    ['nothing', ''],
    ['an empty first argument', '\0--secret\0'],
    ['blanks', ' secret\0'],
    ['a path without an end', '/'],
    ['no end', 'x'.repeat(5000)],
  ])('is unknown if there is %s', (_what, line) => {
    put(line);
    expect(programName(proc, 7)).toBeNull();
  });

  it('is unknown without such a process', () => {
    expect([programName(proc, 8), processArguments(proc, 8)]).toEqual([null, null]);
  });
});

describe('the title of a process', () => {
  it.each([
    ['npm install secret\0\0\0\0', 'npm install secret'],
    ['worker: idle', 'worker: idle'],
    ['my tool\0--flag\0', null],
    ['node\0', null],
    ['', null],
  ])('in %j is %j', (line, title) => {
    put(line);
    expect(processTitle(proc, 7)).toBe(title);
  });
});
