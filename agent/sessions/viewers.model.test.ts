import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChannelRequest } from '../testing/model/modelled-subscription.ts';
import { memoryLink, tcpLink, type OpenLink } from '../testing/model/viewer-link.ts';
import { ViewerWorld } from '../testing/model/viewer-world.ts';

const WANTED = process.env['METRICS_PANEL_CASES'];
/** To repeat a failed run, which prints its seed. A few cases are the same each time; many are others each time. */
const SEED = process.env['METRICS_PANEL_SEED'] ?? (WANTED === undefined ? '2026' : undefined);

const VIEWERS = 5;
/** Makes frames of 1.1 KB, so that few of them fill a window. */
const FAT = '"'.repeat(250);
/** Of all that viewers follow most follow the same: what goes to many is where an agent may be clever. */
const CHANNELS: readonly ChannelRequest[] = [
  { sub: 'a', metrics: ['*'], tables: [], stride: 10 },
  { sub: FAT, metrics: ['*'], tables: [], stride: 10 },
  { sub: FAT, metrics: ['cpu', 'memory'], tables: [], stride: 10 },
  { sub: 'a', metrics: ['memory', 'cpu'], tables: [], stride: 20 },
  { sub: 'a', metrics: ['*'], tables: [], stride: 30 },
  { sub: 'a', metrics: ['cpu'], tables: [], stride: 5 },
  { sub: 'b', metrics: ['cpu'], tables: ['processes'], stride: 10 },
  { sub: 'c', metrics: ['*'], tables: [], stride: 10 },
];
const CATALOGUES = [
  ['cpu', 'memory', 'memory.used'],
  ['cpu', 'memory', 'memory.used', 'disk.sda'],
  ['cpu', 'memory.used', 'memory'],
] as const;

const viewer = fc.nat(VIEWERS - 1);
const first = fc.oneof(
  { weight: 6, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.record({ backfill: fc.integer({ min: 1, max: 60 }) }) },
  { weight: 1, arbitrary: fc.record({ resumes: fc.nat(60) }) },
);
/** An index of `CHANNELS`. */
const channel = fc.oneof(
  { weight: 2, arbitrary: fc.constantFrom(0, 1) },
  { weight: 1, arbitrary: fc.nat(CHANNELS.length - 1) },
);
const token = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.integer({ min: 2, max: 40 }).map((s) => `ends.${s * 1000 + 500}`) },
  { weight: 1, arbitrary: fc.constant('lasts.long') },
);
const step = fc.oneof(
  { weight: 12, arbitrary: fc.record({ seconds: fc.integer({ min: 1, max: 15 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ burst: fc.integer({ min: 2, max: 45 }), units: fc.constantFrom(1, 5, 10) }),
  },
  { weight: 2, arbitrary: fc.record({ silence: fc.integer({ min: 1, max: 35 }) }) },
  {
    weight: 1,
    arbitrary: fc.record({ stalled: fc.integer({ min: 2, max: 60 }), units: fc.constantFrom(31, 50) }),
  },
  { weight: 1, arbitrary: fc.record({ catalogue: fc.constantFrom(...CATALOGUES) }) },
  { weight: 1, arbitrary: fc.constant({ table: true }) },
  {
    weight: 3,
    arbitrary: fc.record({
      connect: viewer,
      isV1: fc.constantFrom(true, true, true, false),
      kernelBytes: fc.constantFrom(2000, 8000, 60_000),
      token,
    }),
  },
  { weight: 7, arbitrary: fc.record({ follow: viewer, channel, first }) },
  {
    weight: 3,
    arbitrary: fc.record({
      say: viewer,
      what: fc.constantFrom('ping', 'unsubscribe', 'history', 'wrong pong'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ stopReading: viewer }) },
  { weight: 3, arbitrary: fc.record({ readAgain: viewer }) },
  { weight: 2, arbitrary: fc.record({ stopAnswering: viewer }) },
  { weight: 2, arbitrary: fc.record({ answerAgain: viewer }) },
  { weight: 1, arbitrary: fc.record({ leave: viewer, isPolite: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ revoke: viewer }) },
  { weight: 1, arbitrary: fc.constant({ dismissal: true }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function perform(world: ViewerWorld, one: Step): Promise<void> {
  const at = (index: number) => {
    const found = world.guests[index]?.viewer;
    return found === undefined || found.isClosing ? undefined : found;
  };
  if ('seconds' in one) {
    for (let passed = 0; passed < one.seconds; passed += 1) await world.second();
  } else if ('burst' in one) {
    // Nobody gets a word in between them.
    for (let taken = 0; taken < one.burst; taken += 1) world.take({ units: one.units });
  } else if ('silence' in one) await world.wait(one.silence);
  else if ('stalled' in one) await world.stall(one.stalled, one.units);
  else if ('catalogue' in one) await world.second({ names: one.catalogue });
  else if ('table' in one) await world.second({ hasRows: true });
  else if ('connect' in one) {
    if (at(one.connect) !== undefined) return;
    const shown = one.token && `${one.token}.${world.nextId}`;
    await world.connect(one.connect, one.isV1, one.kernelBytes, shown);
  } else if ('follow' in one) {
    const following = at(one.follow);
    const followed = CHANNELS[one.channel];
    if (followed === undefined) return;
    if (following?.isV1 === false) following.subscribePlain(followed.metrics);
    else if (following !== undefined) {
      const { first: begin } = one;
      const resumed = 'resumes' in begin ? world.host.taken.at(-1 - begin.resumes) : undefined;
      const since = resumed && { epoch: resumed.epoch, seq: resumed.seq, ts: resumed.ts };
      following.subscribe(followed, since === undefined ? begin : { since }, world.nextId);
    }
  } else if ('say' in one) {
    const talker = at(one.say);
    if (one.what === 'ping') talker?.askPong();
    else if (one.what === 'wrong pong') talker?.sendWrongPong();
    else if (talker?.isV1 === true && one.what === 'history') talker.askHistory(world.nextId);
    else if (talker?.isV1 === true && talker.has('a')) talker.unsubscribe('a', world.nextId);
  } else if ('stopReading' in one) at(one.stopReading)?.setReading(false);
  else if ('readAgain' in one) at(one.readAgain)?.setReading(true);
  else if ('stopAnswering' in one) at(one.stopAnswering)?.setAnswering(false);
  else if ('answerAgain' in one) at(one.answerAgain)?.setAnswering(true);
  else if ('leave' in one) {
    if (one.isPolite) at(one.leave)?.close();
    else at(one.leave)?.drop();
  } else if ('revoke' in one) world.revoke(one.revoke);
  else world.dismissAll();
  await world.settle();
}

async function run(openLink: OpenLink, steps: readonly Step[]): Promise<void> {
  const world = await new ViewerWorld(openLink).start();
  try {
    await world.second();
    for (let index = 0; index < VIEWERS; index += 1) {
      const shown = index % 2 === 0 ? undefined : 'lasts.long';
      await perform(world, { connect: index, isV1: true, kernelBytes: 8000, token: shown });
      await perform(world, { follow: index, channel: index % 2, first: {} });
    }
    for (const one of steps) await perform(world, one);
    // In the end everybody reads and answers, and is told the newest.
    for (let index = 0; index < VIEWERS; index += 1) {
      await perform(world, { readAgain: index });
      await perform(world, { answerAgain: index });
    }
    for (let passed = 0; passed < 3; passed += 1) await world.second();
    for (const guest of world.guests) {
      const { viewer: last } = guest ?? {};
      if (last?.isV1 === true && !last.isClosing)
        expect(last.told).toEqual([...(world.host.taken.at(-1)?.values.keys() ?? [])]);
    }
  } finally {
    await world.stop();
  }
}

const LINKS = [
  { over: 'no network', openLink: memoryLink, cases: Number(WANTED ?? 100) },
  { over: 'loopback', openLink: tcpLink, cases: Number(WANTED ?? 100) / 5 },
];

describe.each(LINKS)('viewers over $over that come, go, talk, stall and freeze', ({ openLink, cases }) => {
  it(
    `[RT-10] [FC-1] [FC-2] [FC-3] [HB-1] get exactly what is due in ${cases} random cases, and the agent counts it right`,
    { timeout: 120_000 + cases * 1000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }), (steps) =>
          run(openLink, steps),
        ),
        { numRuns: cases, ...(SEED === undefined ? {} : { seed: Number(SEED) }) },
      );
    },
  );
});
