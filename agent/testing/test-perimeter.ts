import type { Logger } from 'pino';
import { systemClock } from '../clock.ts';
import { DEFAULTS } from '../config.ts';
import { Perimeter, type PerimeterOptions, type PerimeterSettings } from '../http/perimeter/perimeter.ts';
import { RefusalLog } from '../http/perimeter/refusal-log.ts';

/** The agent's perimeter as it is by default, but for the clients that tests have on one address. */
export function testPerimeter(
  log: Logger,
  settings: Partial<PerimeterSettings> = {},
  rest: Pick<PerimeterOptions, 'isOriginOfToken' | 'isOpenTo'> = {},
): Perimeter {
  return new Perimeter({
    settings: { ...DEFAULTS, maxConnectionsPerAddress: 10_000, ...settings },
    ownNames: [],
    refusalLog: new RefusalLog(log, () => systemClock.now()),
    ...rest,
  });
}
