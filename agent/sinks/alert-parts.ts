import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import type { Logger } from 'pino';
import { Notifier } from '../alerts/delivery/notifier.ts';
import { AlertEngine } from '../alerts/engine/alert-engine.ts';
import { AlertFile } from '../alerts/file/alert-file.ts';
import type { Clock } from '../clock.ts';
import type { HostRegistry } from '../hosts/host-registry.ts';
import type { LocalHost } from '../hosts/local-host.ts';
import type { KernelRoots } from '../sampling/kernel/roots.ts';
import type { AlertParts } from './alert-sink.ts';

export interface AlertPartsOptions {
  /** Of alerts.yaml. */
  readonly path: string;
  /** Whether it should exist. */
  readonly isExpected: boolean;
  readonly roots: KernelRoots;
  readonly hosts: HostRegistry;
  readonly localHost: LocalHost;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What evaluates and tells alerts in an agent. What only alerts.yaml or a channel needs is loaded when there is one. */
export function createAlertParts({
  path,
  isExpected,
  roots,
  hosts,
  localHost,
  clock,
  log,
}: AlertPartsOptions): AlertParts {
  const bootId = readBootId(roots);
  return {
    createEngine: () =>
      new AlertEngine({ hosts, clock, bootIdOf: (host) => (host === localHost ? bootId : null) }),
    file: new AlertFile({ path, isExpected, clock, log }),
    createDelivery: (changed, newest) =>
      new Notifier({ clock, log, changed, newest, hostLabel: localHost.host.label }),
  };
}

/** What Linux calls this boot of the host; `null` elsewhere. */
function readBootId({ proc }: KernelRoots): string | null {
  try {
    return readFileSync(join(proc, 'sys/kernel/random/boot_id'), 'utf8').trim();
  } catch {
    return null;
  }
}
