import { totalmem } from 'node:os';

/** Long enough for a point in each pixel of a chart of 24 hours. */
const INTERVAL_MS = 20_000;
const HOUR_MS = 3_600_000;
const MIB = 1024 ** 2;
const GIB = 1024 ** 3;
/** As this machine has, or the card of memory would be empty to the top. */
const MEMORY = totalmem();

/** When nobody was there to measure, as shares of the day. */
const OUTAGE = { from: 0.4, to: 0.435 };
/** A build that ran away. */
const SPIKE = { from: 0.71, to: 0.718 };

/**
 * A day of a host that nobody owns, as lines that `history import` reads: calm nights, a busy afternoon, an hour without an agent, a spike.
 *
 * @param {readonly { readonly name: string }[]} metrics descriptors; those without an invented course stay unknown
 * @param {number} endMs Unix ms
 * @returns {Generator<string>}
 */
export function* inventedDay(metrics, endMs) {
  yield lineOf({ type: 'metrics', metrics });
  const startMs = endMs - 24 * HOUR_MS;
  /** @type {'before' | 'after' | null} */
  let epoch = null;
  let seq = 0;
  for (let ts = startMs; ts < endMs; ts += INTERVAL_MS) {
    const share = (ts - startMs) / (endMs - startMs);
    if (share > OUTAGE.from && share < OUTAGE.to) continue;
    const current = share < OUTAGE.to ? 'before' : 'after';
    if (current !== epoch) {
      epoch = current;
      seq = 0;
      yield lineOf({ type: 'run', epoch, intervalMs: INTERVAL_MS, firstSeq: 1 });
    }
    seq += 1;
    const values = Object.fromEntries(
      metrics.flatMap(({ name }) => {
        const course = courseOf(name);
        return course === undefined ? [] : [[name, round(course(share))]];
      }),
    );
    yield lineOf({ type: 'sample', seq, ts, values });
  }
}

/** @param {object} line */
function lineOf(line) {
  return `${JSON.stringify(line)}\n`;
}

/** @param {number} value */
function round(value) {
  return Number(value.toPrecision(4));
}

/** How busy the host is, 0 to 1. @param {number} share */
function busyness(share) {
  const afternoon = Math.exp(-(((share - 0.66) / 0.16) ** 2));
  const backup = share > 0.2 && share < 0.225 ? 0.45 : 0;
  const spike = share > SPIKE.from && share < SPIKE.to ? 0.6 : 0;
  return 0.08 + 0.35 * afternoon * (0.8 + 0.2 * Math.sin(share * 190)) + backup + spike;
}

/** Varies a value, now and then by much. @param {number} amount */
function noisy(amount) {
  return 1 + (Math.random() - 0.5) * amount + (Math.random() < 0.02 ? Math.random() * amount * 2 : 0);
}

/** @param {number} value */
function percent(value) {
  return Math.min(100, value);
}

/** Values by the share of the day that is over. @type {Record<string, (share: number) => number>} */
const COURSES = {
  cpu: (share) => percent(busyness(share) * 88 * noisy(0.5)),
  'cpu.user': (share) => percent(busyness(share) * 60 * noisy(0.5)),
  'cpu.system': (share) => percent(busyness(share) * 22 * noisy(0.5)),
  'cpu.iowait': (share) => percent(busyness(share) ** 2 * 14 * noisy(1.2)),
  'cpu.steal': () => 0,
  memory: (share) => memoryUsed(share),
  'memory.used': (share) => (MEMORY * memoryUsed(share)) / 100,
  'memory.available': (share) => MEMORY * (1 - memoryUsed(share) / 100),
  'memory.cached': (share) => MEMORY * (0.2 + 0.04 * Math.sin(share * 9)),
  'network.all.receive': (share) => busyness(share) * 9 * MIB * noisy(1.2),
  'network.all.transmit': (share) => busyness(share) * 3 * MIB * noisy(1.2),
  'disk.all.read': (share) => Math.max(0, busyness(share) - 0.06) * 30 * MIB * noisy(1.6),
  'disk.all.write': (share) => busyness(share) * 14 * MIB * noisy(1.6),
  'pressure.cpu.some': (share) => percent(busyness(share) ** 2 * 40 * noisy(0.8)),
  'pressure.io.some': (share) => percent(busyness(share) ** 2 * 12 * noisy(1.2)),
  'pressure.memory.some': () => 0,
  'pressure.cpu.full': () => 0,
  'pressure.memory.full': () => 0,
  'pressure.io.full': (share) => percent(busyness(share) ** 2 * 8 * noisy(1.2)),
  load: (share) => busyness(share) * 5 * noisy(0.2),
  'load.5': (share) => busyness(share) * 4.6 * noisy(0.1),
  'load.15': (share) => busyness(share) * 4.2 * noisy(0.05),
  'system.processesBlocked': (share) => busyness(share) * 2 * noisy(1),
};

/** The same for every core, disk, interface and filesystem of the machine. @type {readonly (readonly [RegExp, (share: number) => number])[]} */
const COURSES_OF_EACH = [
  [/^cpu\.core\.\d+$/, (share) => percent(busyness(share) * 88 * noisy(0.8))],
  [/^disk\..+\.read$/, (share) => Math.max(0, busyness(share) - 0.06) * 30 * MIB * noisy(1.6)],
  [/^disk\..+\.write$/, (share) => busyness(share) * 14 * MIB * noisy(1.6)],
  [/^disk\..+\.utilisation$/, (share) => percent(busyness(share) * 45 * noisy(1))],
  [/^disk\..+\.latency$/, (share) => 0.4 + busyness(share) * 2 * noisy(1)],
  [/^network\.lo\.(?:receive|transmit)$/, (share) => busyness(share) * 0.3 * MIB * noisy(1)],
  [/^network\..+\.receive$/, (share) => busyness(share) * 9 * MIB * noisy(1.2)],
  [/^network\..+\.transmit$/, (share) => busyness(share) * 3 * MIB * noisy(1.2)],
  [/^network\..+(?:Drops|Errors)$/, () => 0],
  [/^filesystem\..+\.used$/, (share) => 41 + share],
  [/^filesystem\..+\.availableBytes$/, (share) => (60 - share) * GIB],
];

/** @param {string} name */
function courseOf(name) {
  return COURSES[name] ?? COURSES_OF_EACH.find(([names]) => names.test(name))?.[1];
}

/** Percent. @param {number} share */
function memoryUsed(share) {
  return 38 + 24 * busyness(share) + 4 * Math.sin(share * 12) + noisy(0.4);
}
