/** How many are in a list of the kernel such as `0-3,8,10-11` (admin-guide/cputopology.rst); `null` for none or another form. */
export function countInRanges(text: string): number | null {
  let count = 0;
  for (const range of text.trim().split(',')) {
    const [first = '', last = first] = range.split('-');
    const size = Number(last) - Number(first) + 1;
    if (first === '' || !(size >= 1)) return null;
    count += size;
  }
  return count;
}
