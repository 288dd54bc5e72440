import { until } from '../faults/fast-time.ts';
import { Viewer } from './viewer.ts';

/** Waits until viewers find a host and it is up. @param host default: any whose id is not `except` @returns its id */
export async function findsHost(url: string, host?: string, except?: string): Promise<string> {
  const viewer = await Viewer.open(url, { hosts: ['*'] });
  const found = (): string | undefined =>
    [...viewer.hosts.values()].find(
      ({ id, status }) => id !== except && (host ?? id) === id && status.state === 'up',
    )?.id;
  try {
    await until(`host ${host ?? ''}`, () => found() !== undefined);
    return found() ?? '';
  } finally {
    viewer.close();
  }
}
