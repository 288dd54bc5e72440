/**
 * The text of a request's body, read up to a limit, whether its length was said before or not; `null` when it is longer. What came of it when its
 * client has left in the middle: nobody reads the answer then.
 */
export async function readBody({ body, headers }: Request, maxBytes: number): Promise<string | null> {
  if (Number(headers.get('Content-Length') ?? 0) > maxBytes) return null;
  const parts: AsyncIterable<Uint8Array> | readonly Uint8Array[] = body ?? [];
  const read: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const part of parts) {
      bytes += part.length;
      if (bytes > maxBytes) return null;
      read.push(part);
    }
  } catch {
    // It has left.
  }
  return Buffer.concat(read).toString();
}
