/** A sender of hostile input, and what it must not receive. */

export interface Viewer {
  readonly name: 'anyone' | 'bearer' | 'operator';
  /** Sent first; `null`: none. */
  readonly token: string | null;
  /** Visible metrics; `null`: everything, with tables and host details. */
  readonly metrics: readonly string[] | null;
}

interface Named {
  readonly name: string;
}

/** Fields that a message of an agent may have. */
interface Told {
  readonly type?: string;
  readonly messages?: readonly Told[];
  readonly hosts?: readonly { readonly facts: object }[];
  readonly facts?: object;
  readonly catalogue?: readonly Named[];
  readonly tables?: readonly Named[];
  readonly series?: readonly Named[];
  readonly metrics?: object;
}

/** The flaw of a text sent to this viewer: no JSON, or a secret; `null` if it has none. */
export function flawOf(text: string, { metrics: allowed }: Viewer): string | null {
  if (text === 'pong') return null;
  let told: Told;
  try {
    told = JSON.parse(text) as Told;
  } catch {
    return `not JSON: ${text.slice(0, 100)}`;
  }
  if (allowed === null) return null;
  const leaked = [told, ...(told.messages ?? [])].find((message) => tellsMore(message, allowed));
  return leaked === undefined ? null : `told too much: ${JSON.stringify(leaked).slice(0, 300)}`;
}

function tellsMore(
  { type, hosts, facts, catalogue, tables, series, metrics }: Told,
  allowed: readonly string[],
): boolean {
  const names = [...(catalogue ?? []), ...(series ?? [])].map(({ name }) => name);
  if (type === 'metrics') names.push(...Object.keys(metrics ?? {}));
  const known = [facts ?? {}, ...(hosts ?? []).map((host) => host.facts)];
  return (
    type === 'table' ||
    (tables ?? []).length > 0 ||
    known.some((of) => Object.keys(of).length > 0) ||
    names.some((name) => !allowed.includes(name))
  );
}
