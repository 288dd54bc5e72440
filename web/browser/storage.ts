/** Reads browser storage; `null` if it has nothing, or access is forbidden. */
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
