import type { HostMessage, WelcomeMessage } from '../protocol/messages.ts';

/** What an agent announced of one host. */
export type HostDescription = Omit<HostMessage, 'type'>;

/** What an agent announced of itself and its hosts. `catalogue` and `tables` are those of the first host. */
export interface Welcome extends WelcomeMessage {
  hosts: HostDescription[];
}

/**
 * Gives each host its own catalogue and tables; on the wire, those of the first host are fields next to `hosts`.
 * @param before what was known: a host of which this welcome does not tell them has those that it had, until a `host` message says otherwise, and one that
 * is too far down a long list stays
 */
export function readWelcome(message: WelcomeMessage, before: Welcome | null = null): Welcome {
  const known = new Map(before?.hosts.map((host) => [host.id, host]));
  const hosts = message.hosts.map((host, index) => {
    const told = index === 0 ? { ...message, ...host } : host;
    const { catalogue = [], tables = [] } = told.catalogue === undefined ? { ...known.get(host.id) } : told;
    known.delete(host.id);
    return { ...host, catalogue, tables };
  });
  const isCut = (message.hostCount ?? 0) > hosts.length;
  return withHosts(message, isCut ? [...hosts, ...known.values()] : hosts);
}

/** Replaces what was said of the message's host, or appends the host if it is new. */
export function withHost(welcome: Welcome, { type: _type, ...described }: HostMessage): Welcome {
  const hosts = welcome.hosts.map((host) => (host.id === described.id ? described : host));
  if (!hosts.includes(described)) hosts.push(described);
  return withHosts(welcome, hosts);
}

/** @param name id, or a label that no other host has; default: the first host */
export function findHost({ hosts }: Welcome, name: string | undefined): HostDescription | undefined {
  if (name === undefined) return hosts[0];
  const labelled = hosts.filter(({ label }) => label === name);
  return hosts.find(({ id }) => id === name) ?? (labelled.length === 1 ? labelled[0] : undefined);
}

function withHosts(welcome: WelcomeMessage, hosts: HostDescription[]): Welcome {
  const { catalogue, tables } = hosts[0] ?? welcome;
  return { ...welcome, hosts, catalogue, tables };
}
