/** What a process has read from disks, and had written to them, since it started, bytes. */
export interface ProcPidIo {
  readonly readBytes: number;
  readonly writtenBytes: number;
}

/**
 * Parses `/proc/PID/io` (proc_pid_io(5)); `null` for any other text. Writes that were cancelled, because the file was removed before they reached the disk,
 * count as written: the kernel charges them back to whoever removed it.
 */
export function parseProcPidIo(text: string): ProcPidIo | null {
  const [, read, written] = /^read_bytes: (\d+)\nwrite_bytes: (\d+)$/m.exec(text) ?? [];
  return read === undefined ? null : { readBytes: Number(read), writtenBytes: Number(written) };
}
