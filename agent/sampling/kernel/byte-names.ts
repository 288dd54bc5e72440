/**
 * Names of folders, mounts, interfaces and control groups are bytes, and need not be UTF-8. The kernel's texts that hold some are read as
 * `latin1`, in which each character is one byte, so that nothing is lost: such a text is called bytes here.
 */

/** What Node's functions take for a path. */
export function pathOf(bytes: string): Buffer {
  return Buffer.from(bytes, 'latin1');
}

/** For people: what is no UTF-8 is U+FFFD. Different names may look the same then. */
export function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** The bytes of a text: of a path that came from a flag, to which names of the kernel are added. */
export function bytesOf(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
