/** Asks `/healthz` at a steady rate, each time on a new connection and on one that is kept. */
import { Agent, get } from 'node:http';
import { serveCommands } from '../processes/worker.ts';

export type HealthProbeCommands = {
  start: (port: number) => void;
  /** How long each answer took since it was due, ms; those that are still missing count with the time since. */
  stop: () => { readonly fresh: number[]; readonly kept: number[] };
};

const EVERY_MS = 20;

const keptAlive = new Agent({ keepAlive: true, maxSockets: 1 });
let timer: NodeJS.Timeout | undefined;
let probes: { readonly isFresh: boolean; readonly dueMs: number; tookMs: number }[] = [];

serveCommands({
  start: (port) => {
    probes = [];
    timer = setInterval(() => {
      ask(port, true);
      ask(port, false);
    }, EVERY_MS);
  },
  stop: () => {
    clearInterval(timer);
    const nowMs = performance.now();
    const took = probes.map(({ isFresh, dueMs, tookMs }) => ({
      isFresh,
      ms: Number.isNaN(tookMs) ? nowMs - dueMs : tookMs,
    }));
    const of = (wanted: boolean): number[] =>
      took.filter(({ isFresh }) => isFresh === wanted).map(({ ms }) => ms);
    return { fresh: of(true), kept: of(false) };
  },
} satisfies HealthProbeCommands);

function ask(port: number, isFresh: boolean): void {
  const probe = { isFresh, dueMs: performance.now(), tookMs: Number.NaN };
  probes.push(probe);
  const request = get(
    { host: '127.0.0.1', port, path: '/healthz', agent: isFresh ? false : keptAlive },
    (response) => {
      response.resume();
      response.on('end', () => {
        if (response.statusCode === 200) probe.tookMs = performance.now() - probe.dueMs;
      });
    },
  );
  // It counts as missing.
  request.on('error', () => {});
}
