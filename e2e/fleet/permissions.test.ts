import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  connect,
  PermissionViolationError,
  type ConnectionOptions,
  type NatsConnection,
} from '@nats-io/transport-node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { natsOptions } from '../../agent/nats/connection.ts';
import { LOG_STREAM, subjectsOf } from '../../agent/nats/subjects.ts';
import { startFleetServer, type FleetServer } from './fleet-server.ts';
import { natsProgram, tellLogOfFailures, whetherNats } from './nats-server.ts';

const A = subjectsOf('web-1');
const B = subjectsOf('db-1');
const PATIENCE_MS = 10_000;
const NOT_ALLOWED = /Permissions Violation/;

interface User {
  readonly nats: NatsConnection;
  /** What the server has refused so far. */
  readonly refusals: string[];
}

let fleet: FleetServer;
const users: User[] = [];

const optionsOf = (name: string, user: string, caFile = fleet.caFile): ConnectionOptions => ({
  ...natsOptions({ servers: [fleet.url], credentialsFile: fleet.keyOf(user), caFile }, name),
  maxReconnectAttempts: 0,
  reconnect: false,
});

async function as(name: string, user: string): Promise<User> {
  const nats = await connect(optionsOf(name, user));
  const refusals: string[] = [];
  void (async () => {
    for await (const status of nats.status())
      if (status.type === 'error' && status.error instanceof PermissionViolationError)
        refusals.push(`${status.error.operation} ${status.error.subject}`);
  })();
  const one = { nats, refusals };
  users.push(one);
  return one;
}

/** Publishes to each, which the server must refuse. */
async function expectRefused({ nats, refusals }: User, subjects: readonly string[]): Promise<void> {
  const before = refusals.length;
  for (const subject of subjects) nats.publish(subject, 'x');
  await expect.poll(() => refusals.slice(before)).toEqual(subjects.map((subject) => `publish ${subject}`));
}

/** Whether the server refuses a subscription. */
async function isDeaf({ nats }: User, subject: string): Promise<boolean> {
  const refused = new Promise<boolean>((resolve) => {
    nats.subscribe(subject, { callback: (error) => resolve(error instanceof PermissionViolationError) });
  });
  await nats.flush();
  return Promise.race([refused, nats.flush().then(() => false)]);
}

/** Receives what comes on a subject. */
async function listen({ nats }: User, subject: string): Promise<string[]> {
  const came: string[] = [];
  nats.subscribe(subject, {
    callback: (_, message) => void came.push(`${message.subject} ${message.string()}`),
  });
  await nats.flush();
  return came;
}

describe.skipIf(natsProgram === undefined)(
  `a server with the configuration of nats init${whetherNats}`,
  () => {
    let host: User;
    let other: User;
    let gateway: User;
    let admin: User;

    tellLogOfFailures(() => fleet.server);
    beforeAll(async () => {
      fleet = await startFleetServer(['web-1', 'db-1'], { isTls: true });
    });
    afterAll(async () => {
      await fleet?.end();
    });
    beforeEach(async () => {
      host = await as('web-1', 'host-web-1');
      other = await as('db-1', 'host-db-1');
      gateway = await as('gateway', 'gateway');
      admin = await as('admin', 'admin');
    });
    afterEach(async () => {
      await Promise.all(users.splice(0).map(({ nats }) => nats.close()));
    });

    describe('lets a host', () => {
      it('publish its samples, its description and its beat, and gateways receive them', async () => {
        const came = await listen(gateway, 'metrics.*.live');
        const beats = await listen(gateway, 'metrics.*.beat');
        host.nats.publish(A.live, 'sample');
        host.nats.publish(A.beat, 'beat');
        await host.nats.flush();
        await expect.poll(() => [...came, ...beats]).toEqual([`${A.live} sample`, `${A.beat} beat`]);
      });

      it('hear another run of its own name', async () => {
        const again = await as('web-1', 'host-web-1');
        const came = await listen(again, A.run);
        host.nats.publish(A.run, 'first');
        await expect.poll(() => came).toEqual([`${A.run} first`]);
      });

      it('write its log in a chain, and read its own last message', async () => {
        const js = jetstream(host.nats);
        const { direct } = await jetstreamManager(host.nats, { checkAPI: false });
        const first = await js.publish(A.log, 'first', { expect: { lastSubjectSequence: 0 } });
        await expect(js.publish(A.log, 'again', { expect: { lastSubjectSequence: 0 } })).rejects.toThrow(
          'wrong last sequence',
        );
        const expected = { lastSubjectSequence: first.seq };
        const { seq } = await js.publish(A.log, 'second', { expect: expected });
        const last = await direct.getMessage(LOG_STREAM, { last_by_subj: A.log });
        expect({ seq: last?.seq, text: last?.string() }).toEqual({ seq, text: 'second' });
        await js.publish(A.about, 'description');
        const ofGateway = await jetstreamManager(gateway.nats, { checkAPI: false });
        const about = await ofGateway.direct.getMessage('METRICS_HOSTS', { last_by_subj: A.about });
        expect(about?.string()).toBe('description');
      });

      it('answer a gateway, in as many parts as 15 minutes at ten samples a second take', async () => {
        const parts = 150;
        host.nats.subscribe(A.ask('replay'), {
          callback: (_, question) => {
            for (let part = 1; part <= parts; part += 1) question.respond(String(part));
          },
        });
        await host.nats.flush();
        const inbox = `_INBOX.gateway.replay`;
        const came = await listen(gateway, inbox);
        gateway.nats.publish(A.ask('replay'), '', { reply: inbox });
        await expect.poll(() => came.length).toBe(parts);
        expect(came.at(-1)).toBe(`${inbox} ${parts}`);
        expect(host.refusals).toEqual([]);
      });
    });

    describe('does not let a host', () => {
      it('publish anything for another one', async () => {
        const came = await listen(gateway, 'metrics.*.live');
        await expectRefused(host, [
          B.live,
          B.log,
          B.about,
          B.beat,
          B.run,
          'metrics.web-1',
          'metrics',
          'other',
        ]);
        await expect(jetstream(host.nats).publish(B.log, 'x')).rejects.toThrow(NOT_ALLOWED);
        const { streams } = await jetstreamManager(admin.nats);
        const { state } = await streams.info(LOG_STREAM, { subjects_filter: B.log });
        expect(state.subjects?.[B.log]).toBeUndefined();
        // What is allowed comes after what is not.
        host.nats.publish(A.live, 'x');
        await host.nats.flush();
        await expect.poll(() => came).toEqual([`${A.live} x`]);
      });

      it('hear what others publish, ask or are asked', async () => {
        const subjects = [
          B.live,
          B.log,
          B.about,
          B.beat,
          B.ask('replay'),
          'metrics.*.live',
          'metrics.>',
          '>',
        ];
        for (const subject of [...subjects, '_INBOX.>', '_INBOX.db-1.>', '_INBOX.gateway.>', A.live])
          expect([subject, await isDeaf(host, subject)]).toEqual([subject, true]);
        await expectRefused(host, [B.ask('replay'), A.ask('replay')]);
        await expect(host.nats.request(B.ask('about'), '', { timeout: PATIENCE_MS })).rejects.toThrow(
          NOT_ALLOWED,
        );
      });

      it('read the last message of another one', async () => {
        await jetstream(other.nats).publish(B.log, 'of B');
        const { direct } = await jetstreamManager(host.nats, { checkAPI: false });
        await expect(direct.getMessage(LOG_STREAM, { last_by_subj: B.log })).rejects.toThrow(NOT_ALLOWED);
        await expect(direct.getMessage(LOG_STREAM, { seq: 1 })).rejects.toThrow(NOT_ALLOWED);
        await expect(direct.getMessage('METRICS_HOSTS', { last_by_subj: A.about })).rejects.toThrow(
          NOT_ALLOWED,
        );
      });

      it('reach anything else of JetStream', async () => {
        const { streams, consumers } = await jetstreamManager(host.nats, { checkAPI: false });
        await expect(jetstreamManager(host.nats)).rejects.toThrow(NOT_ALLOWED);
        const attempts = {
          info: () => streams.info(LOG_STREAM),
          names: () => streams.names().next(),
          add: () => streams.add({ name: 'OWN', subjects: ['metrics.web-1.own'] }),
          update: () => streams.update(LOG_STREAM, { max_msgs: 1 }),
          purge: () => streams.purge(LOG_STREAM),
          delete: () => streams.delete(LOG_STREAM),
          deleteMessage: () => streams.deleteMessage(LOG_STREAM, 1),
          getMessage: () => streams.getMessage(LOG_STREAM, { seq: 1 }),
          consumer: () => consumers.add(LOG_STREAM, { durable_name: 'own', filter_subject: A.log }),
        };
        for (const [name, attempt] of Object.entries(attempts))
          await expect(attempt(), name).rejects.toThrow(NOT_ALLOWED);
      });
    });

    describe('does not let a gateway', () => {
      it('publish what only hosts may', async () => {
        await expectRefused(gateway, [A.live, A.log, A.about, A.beat, A.run, 'other']);
        await expect(jetstream(gateway.nats).publish(A.log, 'x')).rejects.toThrow(NOT_ALLOWED);
      });

      it('hear questions and answers of other users', async () => {
        for (const subject of ['>', 'metrics.>', A.ask('replay'), A.log, A.run, '_INBOX.>', '_INBOX.admin.>'])
          expect([subject, await isDeaf(gateway, subject)]).toEqual([subject, true]);
      });

      it('change, purge or delete streams and messages', async () => {
        const { streams } = await jetstreamManager(gateway.nats);
        const attempts = {
          add: () => streams.add({ name: 'OWN', subjects: ['own'] }),
          update: () => streams.update(LOG_STREAM, { max_msgs: 1 }),
          purge: () => streams.purge(LOG_STREAM),
          delete: () => streams.delete(LOG_STREAM),
          deleteMessage: () => streams.deleteMessage(LOG_STREAM, 1),
        };
        for (const [name, attempt] of Object.entries(attempts))
          await expect(attempt(), name).rejects.toThrow(NOT_ALLOWED);
      });
    });

    it('lets a gateway read the log and the descriptions, by consumers and one by one', async () => {
      await jetstream(other.nats).publish(B.log, 'of B');
      await jetstream(other.nats).publish(B.about, 'B');
      const js = jetstream(gateway.nats);
      const manager = await jetstreamManager(gateway.nats);
      const consumer = await js.consumers.get(LOG_STREAM, { filter_subjects: B.log });
      expect((await consumer.next({ expires: PATIENCE_MS }))?.string()).toBe('of B');
      const hosts = await js.consumers.get('METRICS_HOSTS');
      expect(await hosts.next({ expires: PATIENCE_MS })).not.toBeNull();
      const { name } = await manager.consumers.add(LOG_STREAM, {
        filter_subject: B.log,
        inactive_threshold: 5e9,
      });
      expect(await manager.consumers.delete(LOG_STREAM, name)).toBe(true);
      expect((await manager.streams.info(LOG_STREAM)).config.name).toBe(LOG_STREAM);
      expect((await manager.direct.getMessage(LOG_STREAM, { last_by_subj: B.log }))?.string()).toBe('of B');
    });

    it('lets nobody purge the log or delete of it, not even the admin', async () => {
      const { streams } = await jetstreamManager(admin.nats);
      await expect(streams.purge(LOG_STREAM)).rejects.toThrow('stream purge not permitted');
      await expect(streams.deleteMessage(LOG_STREAM, 1)).rejects.toThrow('message delete not permitted');
    });

    describe('refuses', () => {
      it('whoever has no key, or one that it does not know', async () => {
        const none = { ...optionsOf('web-1', 'host-web-1') };
        delete none.authenticator;
        await expect(connect(none)).rejects.toThrow('Authorization Violation');
        const strange = await startFleetServer(['web-1']);
        const { authenticator } = natsOptions(
          { servers: [fleet.url], credentialsFile: strange.keyOf('host-web-1'), caFile: fleet.caFile },
          'web-1',
        );
        await strange.end();
        await expect(
          connect({ ...optionsOf('web-1', 'host-web-1'), ...(authenticator && { authenticator }) }),
        ).rejects.toThrow('Authorization Violation');
      });

      it('connections without TLS', async () => {
        const { tls: _tls, ...clear } = optionsOf('web-1', 'host-web-1');
        await expect(connect({ ...clear, servers: fleet.server.url, tls: null })).rejects.toThrow('tls');
      });
    });

    it('is refused itself where its certificate is not known, or is for another name', async () => {
      await expect(connect(optionsOf('web-1', 'host-web-1', null))).rejects.toThrow(/self.signed/i);
      const byName = natsOptions(
        {
          servers: [fleet.url.replace('127.0.0.1', 'localhost')],
          credentialsFile: fleet.keyOf('host-web-1'),
          caFile: fleet.caFile,
        },
        'web-1',
      );
      await expect(connect({ ...byName, reconnect: false, maxReconnectAttempts: 0 })).rejects.toThrow(
        /does not match certificate/,
      );
    });
  },
);
