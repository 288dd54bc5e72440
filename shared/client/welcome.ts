import type { HostMessage, Welcome as WelcomeMessage } from '../protocol/messages.ts';

/** What an agent said of one host. */
export type HostDescription = Omit<HostMessage, 'type'>;

/** What an agent said of itself and its hosts. `catalogue` and `tables` are those of the first host. */
export interface Welcome extends WelcomeMessage {
  hosts: HostDescription[];
}

/** Gives each host its own catalogue and tables; on the wire, those of the first host stand beside `hosts`. */
export function readWelcome(message: WelcomeMessage): Welcome {
  return withHosts(
    message,
    message.hosts.map((host, index) => ({
      ...host,
      catalogue: host.catalogue ?? (index === 0 ? message.catalogue : []),
      tables: host.tables ?? (index === 0 ? message.tables : []),
    })),
  );
}

/** Replaces what was said of the message's host, or appends the host if it is new. */
export function withHost(welcome: Welcome, { type: _type, ...described }: HostMessage): Welcome {
  const index = welcome.hosts.findIndex(({ id }) => id === described.id);
  return withHosts(welcome, index < 0 ? [...welcome.hosts, described] : welcome.hosts.with(index, described));
}

/** @param id default: the first host */
export function findHost({ hosts }: Welcome, id: string | undefined): HostDescription | undefined {
  return id === undefined ? hosts[0] : hosts.find((host) => host.id === id);
}

function withHosts(welcome: WelcomeMessage, hosts: HostDescription[]): Welcome {
  const { catalogue, tables } = hosts[0] ?? welcome;
  return { ...welcome, hosts, catalogue, tables };
}
