import type { Logger } from 'pino';
import { systemClock } from '../clock.ts';
import { DEFAULTS } from '../config.ts';
import {
  RequestGuard,
  type RequestGuardOptions,
  type RequestGuardSettings,
} from '../http/request-guard/request-guard.ts';
import { RefusalLog } from '../http/request-guard/refusal-log.ts';

/** A request guard with default settings, except that it takes many clients of one address. */
export function testRequestGuard(
  log: Logger,
  settings: Partial<RequestGuardSettings> = {},
  rest: Pick<RequestGuardOptions, 'isOriginOfToken' | 'isOpenTo'> = {},
): RequestGuard {
  return new RequestGuard({
    settings: { ...DEFAULTS, maxConnectionsPerAddress: 10_000, ...settings },
    ownNames: [],
    refusalLog: new RefusalLog(log, () => systemClock.now()),
    ...rest,
  });
}
