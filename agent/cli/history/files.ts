import { accessSync, constants, createWriteStream, statSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable, type Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../../system-error.ts';
import { UsageError } from '../usage-error.ts';
import { orUsageError } from './history-files.ts';

/** A process that a signal ended. */
const EXIT_SIGNAL = 128;
const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;

/** Pieces of a history as a stream; what is wrong with its file ends it with a UsageError. */
export function readableOf(path: string, pieces: Generator<string, void>): Readable {
  return Readable.from(
    (function* read() {
      for (;;) {
        const next = orUsageError(path, () => pieces.next());
        if (next.done === true) return;
        yield next.value;
      }
    })(),
  );
}

/** The reader may have had enough (`| head`), which is no error. @throws UsageError */
export async function write(text: Readable | readonly string[], output: Writable): Promise<void> {
  try {
    await pipeline(text, output, { end: false });
  } catch (error) {
    const code = errorCode(error);
    if (code === 'EPIPE') return;
    if (code === undefined || error instanceof UsageError) throw error;
    throw new UsageError(`Standard output cannot be written (${code}).`, { cause: error });
  }
}

/** Writes a file that is there only when it is whole; a pipe or a device is written into. @throws UsageError */
export async function writeFile(text: Readable, path: string): Promise<void> {
  await orOutputError(path, async () => {
    // A device that is renamed over is gone for all.
    const isOther = statSync(path, { throwIfNoEntry: false })?.isFile() === false;
    await (isOther ? pipeline(text, createWriteStream(path)) : writeWhole(text, path));
  });
}

async function writeWhole(text: Readable, path: string): Promise<void> {
  const part = `${path}.part`;
  for (const [signal, number] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      void rm(part, { force: true }).then(() => process.exit(EXIT_SIGNAL + number));
    });
  }
  try {
    await pipeline(text, createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

/** @throws UsageError */
async function orOutputError(path: string, task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    const code = errorCode(error);
    if (code === undefined || error instanceof UsageError) throw error;
    throw new UsageError(`${path} cannot be written (${code}): give another file with --output.`, {
      cause: error,
    });
  }
}

/** Bytes of a file that is to be read. @throws UsageError if it cannot be */
export function sizeOf(file: string): number {
  try {
    accessSync(file, constants.R_OK);
    const stats = statSync(file);
    if (!stats.isDirectory()) return stats.size;
  } catch (error) {
    throw new UsageError(
      `${file} cannot be read (${errorCode(error)}): give a file that "history export" has written.`,
      { cause: error },
    );
  }
  throw new UsageError(`${file} is a folder: give a file that "history export" has written.`);
}
