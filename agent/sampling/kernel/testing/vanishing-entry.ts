import { Dir } from 'node:fs';
import { vi } from 'vitest';

/** Makes an entry of that name have no known type, and vanish when Node looks at it. */
export function makeVanish(name: string): void {
  const { readSync } = Dir.prototype;
  vi.spyOn(Dir.prototype, 'readSync').mockImplementation(function read(this: Dir) {
    const entry = readSync.call(this);
    if (entry?.name !== name) return entry;
    const message = `ENOENT: no such file or directory, lstat '${entry.parentPath}/${name}'`;
    throw Object.assign(new Error(message), { code: 'ENOENT', syscall: 'lstat' });
  });
}
