import { PermissionViolationError } from '@nats-io/transport-node';
import { beforeEach, expect, it } from 'vitest';
import { capturedLog } from '../testing/captured-log.ts';
import { FakeClock } from '../testing/fake-clock.ts';
import { Refusals, type Role } from './foreign-credentials.ts';

let clock: FakeClock;
let log: ReturnType<typeof capturedLog>;
let told: string[];

beforeEach(() => {
  clock = new FakeClock();
  log = capturedLog();
  told = [];
});

function refusals(role: Role): (...subjects: readonly string[]) => Refusals {
  const all = new Refusals({ role, clock, log: log.log, tell: ({ subject }) => told.push(subject) });
  return (...subjects) => {
    for (const subject of subjects)
      all.add(new PermissionViolationError('no', 'publish', subject, undefined));
    return all;
  };
}

it('tells in one sentence a connection that the key of another host came with', async () => {
  const refuse = refusals({ kind: 'host', name: 'web-1' });
  const all = refuse('metrics.web-1.ask.about', 'metrics.web-1.run', '_INBOX.web-1.*', 'metrics.web-1.beat');
  await clock.advance(2000);
  refuse('metrics.web-1.live', 'metrics.web-1.log');
  await clock.advance(2000);
  const sentence =
    'warn These credentials are not for web-1: give the key of that host with --nats-credentials, or --publish-as the name that the key was made for';
  expect([log.lines, told]).toEqual([[sentence], []]);
  all.begin();
  refuse('metrics.web-1.ask.about', 'metrics.web-1.run', 'metrics.web-1.beat');
  await clock.advance(2000);
  expect(log.lines).toEqual([sentence, sentence]);
});

it('tells each of a few, which permissions of one’s own may lack', async () => {
  const refuse = refusals({ kind: 'host', name: 'web-1' });
  refuse('metrics.web-1.ask.about', 'metrics.web-1.ask.replay', 'metrics.web-1.log');
  await clock.advance(2000);
  refuse('metrics.web-1.about');
  expect(log.lines).toEqual([]);
  expect(told).toEqual([
    'metrics.web-1.ask.about',
    'metrics.web-1.ask.replay',
    'metrics.web-1.log',
    'metrics.web-1.about',
  ]);
});

it('tells a gateway that its key is that of a host', async () => {
  refusals({ kind: 'gateway' })('metrics.*.beat', '$JS.API.STREAM.INFO.METRICS');
  await clock.advance(2000);
  expect(log.lines).toEqual([
    'warn These credentials are not those of a gateway: give its key, gateway.nk, with --nats-credentials',
  ]);
});
