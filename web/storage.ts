/** What a browser keeps for a page; it may be forbidden to, and the page works without. */
export function recall(storage: () => Storage, key: string): string | null {
  return attempt(() => storage().getItem(key));
}

export function remember(storage: () => Storage, key: string, value: string): void {
  attempt(() => storage().setItem(key, value));
}

function attempt<T>(access: () => T): T | null {
  try {
    return access();
  } catch {
    return null;
  }
}
