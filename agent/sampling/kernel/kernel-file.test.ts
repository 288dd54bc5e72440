import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KernelFile, SINGLE_ENTRY_BYTES } from './kernel-file.ts';

describe('a file of the kernel', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kernel-file-'));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(['/proc/self/mountinfo', '/proc/self/maps', '/proc/cpuinfo', '/proc/sys/kernel/osrelease'])(
    '%s is read completely',
    (path) => {
      const file = new KernelFile(path);
      file.read();
      const text = file.read();
      file.close();
      // Frequencies change between two readings, the number of columns does not.
      expect(text.at(-1)).toBe('\n');
      expect(Math.abs(text.length - readFileSync(path, 'latin1').length)).toBeLessThan(
        text.length / 10 + 1024,
      );
    },
  );

  it('in /proc/sys is readable after a very long one, although the kernel refuses large reads', () => {
    const path = join(folder, 'long');
    writeFileSync(path, 'x'.repeat(5 * 1024 * 1024));
    const long = new KernelFile(path);
    expect(long.read()).toHaveLength(5 * 1024 * 1024);
    long.close();
    const setting = new KernelFile('/proc/sys/kernel/osrelease');
    expect(setting.read()).toBe(readFileSync('/proc/sys/kernel/osrelease', 'latin1'));
    setting.close();
  });

  it.each([1, 4095, 4096, 4097, 16 * 1024, 100_000])(
    'of a single entry of %i bytes is read completely, also after it has grown',
    (length) => {
      const path = join(folder, 'entry');
      const file = new KernelFile(path, SINGLE_ENTRY_BYTES);
      for (const text of ['a'.repeat(length), 'b'.repeat(length), 'c'.repeat(2 * length), 'd']) {
        writeFileSync(path, text);
        expect(file.read()).toBe(text);
      }
      file.close();
    },
  );

  it('is read from the start each time', () => {
    const path = join(folder, 'value');
    writeFileSync(path, '1000\n');
    const file = new KernelFile(path);
    expect(file.read()).toBe('1000\n');
    writeFileSync(path, '7\n');
    expect(file.read()).toBe('7\n');
    writeFileSync(path, '');
    expect(file.read()).toBe('');
    file.close();
  });

  it.each([63, 64, 4096, 16 * 1024 - 1, 16 * 1024, 16 * 1024 + 1, 100_000])(
    'of %i bytes is read completely',
    (length) => {
      const path = join(folder, 'long');
      const text = Array.from({ length }, (_, index) => String(index % 10)).join('');
      writeFileSync(path, text);
      const file = new KernelFile(path);
      expect(file.read()).toBe(text);
      expect(file.read()).toBe(text);
      file.close();
    },
  );

  it('is decoded with the given encoding', () => {
    const path = join(folder, 'text');
    writeFileSync(path, 'Größe');
    const file = new KernelFile(path);
    expect(file.read('utf8')).toBe('Größe');
    expect(file.read()).toBe('GrÃ¶Ã\u009Fe');
    file.close();
  });

  it('throws with its code or returns null while missing, and is found once it exists', () => {
    const path = join(folder, 'later');
    const file = new KernelFile(path);
    expect(() => file.read()).toThrow(expect.objectContaining({ code: 'ENOENT' }));
    expect(file.readIfAny()).toBeNull();
    writeFileSync(path, 'here');
    expect(file.readIfAny()).toBe('here');
    file.close();
  });

  it('that is open but unreadable throws with its code, and leaves no descriptor open', () => {
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    const file = new KernelFile(folder);
    for (let round = 0; round < 5; round += 1) {
      expect(() => file.read()).toThrow(expect.objectContaining({ code: 'EISDIR' }));
    }
    expect(open()).toBeLessThanOrEqual(before + 1);
    file.close();
    expect(open()).toBe(before);
  });

  it('is opened once, and again after close', () => {
    const open = () => readdirSync('/proc/self/fd').length;
    const before = open();
    const file = new KernelFile('/proc/uptime');
    for (let round = 0; round < 5; round += 1) file.read();
    expect(open()).toBe(before + 1);
    file.close();
    file.close();
    expect(open()).toBe(before);
    expect(Number.parseFloat(file.read())).toBeGreaterThan(0);
    file.close();
  });
});
