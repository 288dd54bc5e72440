import type { HostMessage, WelcomeMessage } from '../protocol/messages.ts';

/** What an agent announced of one host. */
export type HostDescription = Omit<HostMessage, 'type'>;

/** What an agent announced of itself and its hosts. `catalogue` and `tables` are those of the first host. */
export interface Welcome extends WelcomeMessage {
  hosts: HostDescription[];
}

/** Gives each host its own catalogue and tables; on the wire, those of the first host are fields next to `hosts`. */
export function readWelcome(message: WelcomeMessage): Welcome {
  const hosts = message.hosts.map((host, index) => {
    const { catalogue = [], tables = [] } = index === 0 ? { ...message, ...host } : host;
    return { ...host, catalogue, tables };
  });
  return withHosts(message, hosts);
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
