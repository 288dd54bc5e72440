import { printTable } from '../harness/bench.ts';

interface PerOne {
  /** Of a host that nobody watches. */
  readonly idle: number;
  /** Of one that is watched, beside that. */
  readonly watched: number;
  /** Of a viewer of one host. */
  readonly viewer: number;
}

/** What was measured: each second of processor time, and bytes. */
export interface CrowdCosts {
  readonly gatewayMs: PerOne;
  readonly gatewayBytes: PerOne;
  readonly brokerMs: PerOne;
}

const HOSTS = 10_000;
const VIEWERS = 100_000;
const GATEWAYS = 8;
/** Samples that a ring keeps at one a second. */
const RING_SAMPLES = 900;
/** At each gateway: viewers of the same host share it, and so do those who only have the overview open. */
const WATCHED_EACH = 2000;

/**
 * Multiplies what one host and one viewer cost. Cost per message falls with the rate, so that these are upper bounds.
 * @param series values of a sample
 */
export function printOnPaper({ gatewayMs, gatewayBytes, brokerMs }: CrowdCosts, series: number): void {
  const viewersEach = VIEWERS / GATEWAYS;
  const cores = (ms: number): string => (ms / 1000).toFixed(2);
  const gatewayCores =
    HOSTS * gatewayMs.idle + WATCHED_EACH * gatewayMs.watched + viewersEach * gatewayMs.viewer;
  const bytes =
    WATCHED_EACH * gatewayBytes.watched + HOSTS * gatewayBytes.idle + viewersEach * gatewayBytes.viewer;
  const rings = WATCHED_EACH * RING_SAMPLES * series * Float64Array.BYTES_PER_ELEMENT;
  printTable(
    `On paper: ${HOSTS} hosts, ${VIEWERS} viewers, ${GATEWAYS} gateways that watch ${WATCHED_EACH} hosts each`,
    [
      {
        what: 'broker, cores in all',
        sum: cores(HOSTS * brokerMs.idle + GATEWAYS * WATCHED_EACH * brokerMs.watched),
      },
      { what: 'one gateway: hosts that nobody watches, cores', sum: cores(HOSTS * gatewayMs.idle) },
      { what: 'one gateway: hosts that are watched, cores', sum: cores(WATCHED_EACH * gatewayMs.watched) },
      { what: 'one gateway: viewers, cores', sum: cores(viewersEach * gatewayMs.viewer) },
      { what: 'one gateway in all, cores', sum: cores(gatewayCores) },
      { what: 'one gateway, GB, rings as full as measured', sum: gigabytes(bytes) },
      { what: 'one gateway, GB, rings of 15 minutes beside that', sum: gigabytes(bytes + rings) },
    ],
  );
}

function gigabytes(bytes: number): string {
  return (bytes / 2 ** 30).toFixed(1);
}
