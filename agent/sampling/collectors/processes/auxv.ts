const AT_PAGESZ = 6;

/**
 * The kernel's page size in bytes, from the text of `/proc/PID/auxv`: pairs of machine words, a type and its value (getauxval(3)).
 * `null` where it is not in there.
 */
export function pageSizeOf(
  auxv: Buffer,
  machine: { readonly wordBytes: 4 | 8; readonly isLittleEndian: boolean },
): number | null {
  const { wordBytes, isLittleEndian } = machine;
  const wordAt = (offset: number): number => {
    if (wordBytes === 4) return isLittleEndian ? auxv.readUInt32LE(offset) : auxv.readUInt32BE(offset);
    return Number(isLittleEndian ? auxv.readBigUInt64LE(offset) : auxv.readBigUInt64BE(offset));
  };
  for (let offset = 0; offset + 2 * wordBytes <= auxv.length; offset += 2 * wordBytes) {
    if (wordAt(offset) === AT_PAGESZ) return wordAt(offset + wordBytes);
  }
  return null;
}
