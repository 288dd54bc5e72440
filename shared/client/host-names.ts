export interface NamedHost {
  readonly id: string;
  readonly label: string;
}

/**
 * What to call hosts where several of them may have the same label: those have their id beside it, or in its place if it begins with it (`vm@localhost:8081`).
 * @param hosts all that a reader may take one for; the same one may come twice
 */
export function hostNames(hosts: Iterable<NamedHost>): (host: NamedHost) => string {
  const seen = new Map<string, string>();
  const repeated = new Set<string>();
  for (const { id, label } of hosts) {
    if ((seen.get(label) ?? id) !== id) repeated.add(label);
    seen.set(label, id);
  }
  return ({ id, label }) => {
    if (!repeated.has(label) || id === label) return label;
    return id.startsWith(`${label}@`) ? id : `${label} · ${id}`;
  };
}
