import { fileURLToPath } from 'node:url';

/** Arguments with which Node runs TypeScript; Node 24 does so without. */
export const FROM_SOURCE = ['--experimental-strip-types', '--disable-warning=ExperimentalWarning'] as const;

/** Environment of a program that is run from source: Node compiles it once for all processes. */
export const SOURCE_ENV = {
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../.cache/compiled', import.meta.url)),
} as const;
