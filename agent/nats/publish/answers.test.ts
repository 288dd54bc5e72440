import type { Msg, NatsConnection } from '@nats-io/transport-node';
import { expect, it } from 'vitest';
import * as v from 'valibot';
import { LocalHost } from '../../hosts/local-host.ts';
import { metric } from '../../testing/fake-collector.ts';
import { replaySchema, type ReplayBody } from '../bodies.ts';
import { subjectsOf } from '../subjects.ts';
import { Answers } from './answers.ts';
import { Catalogues } from './catalogues.ts';
import { SampleTexts } from './sample-texts.ts';

it('replays in messages that the server takes, each of them, with the catalogue', async () => {
  const catalogue = Array.from({ length: 1000 }, (_none, index) => ({
    ...metric(`m${index}`),
    help: 'x'.repeat(100),
  }));
  const host = new LocalHost({ host: { id: 'a', label: 'a', facts: {} }, catalogue, intervalMs: 1000 });
  const catalogues = new Catalogues(host);
  for (let seq = 1; seq <= 100; seq += 1) {
    host.append({ timestampMs: seq * 1000, gridIndex: seq * 10, values: catalogue.map(() => seq / 7) });
    catalogues.sampleTaken();
  }
  const maxPayload = 400_000;
  const subjects = subjectsOf('a');
  const failures: unknown[] = [];
  const answers = new Answers({
    host,
    catalogues,
    texts: new SampleTexts(host, catalogues),
    subjects,
    client: () => ({ info: { max_payload: maxPayload }, flush: async () => {} }) as unknown as NatsConnection,
    aboutText: () => '',
    wantsRate: () => {},
    failed: (error) => failures.push(error),
  });
  const bodies: ReplayBody[] = [];
  const respond = (text: string): boolean => {
    if (Buffer.byteLength(text) > maxPayload) throw new Error('too large');
    return bodies.push(v.parse(replaySchema, JSON.parse(text))) > 0;
  };
  const replay = new Map(answers.callbacks).get(subjects.ask('replay'));
  replay?.({ data: new Uint8Array(), respond } as unknown as Msg);
  await expect.poll(() => bodies.at(-1)?.done ?? failures.length > 0).toBe(true);
  expect(failures).toEqual([]);
  expect(bodies[0]?.catalogue).toHaveLength(1000);
  expect(bodies.flatMap(({ b }) => b.map(({ q }) => q))).toEqual(
    catalogue.slice(0, 100).map((_metric, index) => index + 1),
  );
});
