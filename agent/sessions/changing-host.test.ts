import { beforeEach, describe, expect, it } from 'vitest';
import { metric } from '../testing/fake-collector.ts';
import { TestHub, type TestClient } from '../testing/test-hub.ts';

let test: TestHub;
let client: TestClient;

beforeEach(() => {
  test = new TestHub();
  client = test.connectV1();
});

const subscribe = (metrics: string[], more: object = {}): void =>
  client.send({ action: 'subscribe', metrics, ...more });

/** The names of announced series and the values of samples, in the order received. */
function heard(): unknown[] {
  const messages = client
    .takeMessages()
    .flatMap((message) =>
      message['type'] === 'batch' ? (message['messages'] as Record<string, unknown>[]) : [message],
    );
  return messages.flatMap((message) => {
    if (message['type'] === 'subscribed')
      return [(message['series'] as { name: string }[]).map(({ name }) => name)];
    return message['type'] === 'metrics' ? [[message['seq'], message['prev'], message['values']]] : [];
  });
}

describe('a metric that appears', () => {
  it('joins the subscriptions whose globs match it, without a gap in their samples', () => {
    test.publish(2);
    subscribe(['cpu', 'memory*']);
    subscribe(['*'], { sub: 'all' });
    client.take();
    test.publishNew(['cpu', 'memory', 'memory.used', 'disk.sda']);
    expect(heard()).toEqual([
      ['cpu', 'memory', 'memory.used', 'disk.sda'],
      [3, 2, [1, 2, 3]],
      [3, 2, [1, 2, 3, 4]],
    ]);
  });

  it('is announced to every client, with the whole catalogue', () => {
    test.publishNew(['cpu', 'disk.sda']);
    const [message] = client.takeMessages();
    expect(message).toMatchObject({ type: 'host', id: 'web-1', facts: {} });
    expect(message?.['catalogue']).toEqual([metric('cpu'), metric('disk.sda')]);
    test.publish();
    expect(client.take()).toEqual([]);
    expect(test.connect('v1').takeMessages()).toMatchObject([{ catalogue: [{}, { name: 'disk.sda' }] }]);
  });

  it('is null in earlier samples', () => {
    test.publish(2);
    test.publishNew(['cpu', 'disk.sda']);
    subscribe(['disk.sda'], { backfill: 3 });
    expect(heard()).toEqual([['disk.sda'], [1, 0, [null]], [2, 1, [null]], [3, 2, [2]]]);
  });

  it('is announced to a client that was not reading once it reads again, before the first sample that includes it', () => {
    subscribe(['*']);
    test.publish();
    client.take();
    client.stopReading();
    test.publishNew(['cpu', 'disk.sda']);
    expect(client.take()).toEqual([]);
    client.readAgain();
    expect(heard()).toEqual([
      ['cpu', 'disk.sda'],
      [2, 1, [1, 2]],
    ]);
  });

  it("appears in a plain client's next sample", () => {
    const plain = test.connect('plain');
    plain.send({ action: 'subscribe', metrics: ['*'] });
    test.publishNew(['cpu', 'disk.sda']);
    expect(plain.takeMessages()).toEqual([{ type: 'metrics', metrics: { cpu: 1, 'disk.sda': 2 } }]);
  });
});

describe('a metric that vanishes', () => {
  it('stays, as null, in subscriptions that name it, and leaves those where a glob matched it', () => {
    test.publishNew(['cpu', 'disk.sda', 'disk.sdb']);
    subscribe(['disk.sda'], { sub: 'name' });
    subscribe(['disk*'], { sub: 'glob' });
    client.take();
    test.publishNew(['cpu', 'disk.sdb']);
    expect(heard()).toEqual([['disk.sdb'], [2, 1, [null]], [2, 1, [2]]]);
  });

  it('stays null, and can be subscribed to, after another metric has reused its column', () => {
    test.publishNew(['cpu', 'disk.sda']);
    subscribe(['cpu', 'disk.sda'], { sub: 'before' });
    test.publishNew(['cpu']);
    test.publish(900);
    client.take();
    test.publishNew(['cpu', 'disk.usb']);
    expect(heard()).toEqual([[903, 902, [1, null]]]);
    subscribe(['disk.sda'], { sub: 'after' });
    expect(heard()).toEqual([['disk.sda'], [903, 0, [null]]]);
  });

  it('has its earlier values when it reappears', () => {
    test.publishNew(['cpu', 'disk.sda']);
    test.publishNew(['cpu']);
    test.publishNew(['disk.sda', 'cpu']);
    subscribe(['disk.sda'], { backfill: 3 });
    expect(heard()).toEqual([['disk.sda'], [1, 0, [2]], [2, 1, [null]], [3, 2, [1]]]);
  });

  it('can be subscribed to by name while its past is held, but not by a glob', () => {
    test.publishNew(['cpu', 'disk.sda']);
    test.publishNew(['cpu']);
    subscribe(['disk.sda'], { backfill: 2 });
    expect(heard()).toEqual([['disk.sda'], [1, 0, [2]], [2, 1, [null]]]);
    subscribe(['disk.*']);
    expect(client.takeMessages()).toMatchObject([{ type: 'error', code: 'unknown_metric' }]);
  });
});

it('a host that changes constantly is announced once a second, in its latest state', async () => {
  const toldOf = () =>
    client
      .takeMessages()
      .filter(({ type }) => type === 'host')
      .map(({ facts }) => facts);
  const learn = (kernel: string) => {
    test.host.learn({ kernel });
    test.publish();
  };
  learn('1');
  expect(toldOf()).toEqual([{ kernel: '1' }]);
  learn('2');
  learn('3');
  expect(toldOf()).toEqual([]);
  await test.clock.advance(1000);
  test.publish();
  expect(toldOf()).toEqual([{ kernel: '3' }]);
});

it('changes are announced once a second, also to a client that says hello again', async () => {
  test.publishNew(['cpu', 'disk.sda']);
  client.send({ action: 'hello', v: 1 });
  client.take();
  test.publishNew(['cpu', 'disk.sdb']);
  expect(client.take()).toEqual([]);
  await test.clock.advance(1000);
  test.publish();
  expect(client.takeMessages()).toMatchObject([
    { type: 'host', catalogue: [{ name: 'cpu' }, { name: 'disk.sdb' }] },
  ]);
});

it('host details learned later are announced', () => {
  test.host.learn({});
  test.publish();
  expect(client.takeMessages()).toEqual([]);
  test.host.learn({ kernel: '6.1' });
  test.publish();
  expect(client.takeMessages()).toMatchObject([{ type: 'host', facts: { kernel: '6.1' } }]);
});

describe('a table', () => {
  const asked = { metrics: ['cpu'], tables: ['processes'] };
  const rows = (row: unknown[]): object => ({
    type: 'table',
    table: 'processes',
    sub: 'default',
    rows: [row],
  });

  it('is announced with its columns, and precedes its sample in the same batch', () => {
    client.send({ action: 'subscribe', ...asked });
    expect(client.takeMessages()).toMatchObject([
      { tables: [{ name: 'processes', columns: [{ name: 'pid' }, { name: 'name' }] }] },
    ]);
    test.publishTable([7, 'node']);
    expect(client.takeMessages()).toMatchObject([
      {
        type: 'batch',
        messages: [
          { ...rows([7, 'node']), seq: 1, ts: 1000 },
          { type: 'metrics', seq: 1 },
        ],
      },
    ]);
    test.publish();
    expect(client.takeMessages()).toMatchObject([{ type: 'metrics', seq: 2 }]);
  });

  it('is backfilled together with the samples', () => {
    test.publishTable([1, 'a']);
    test.publish();
    test.publishTable([3, 'c']);
    client.send({ action: 'subscribe', ...asked, since: { epoch: test.host.epoch, seq: 0 } });
    const [, batch] = client.takeMessages();
    expect(batch).toMatchObject({
      messages: [
        { ...rows([1, 'a']), seq: 1 },
        { type: 'metrics', seq: 1 },
        { type: 'metrics', seq: 2 },
        { ...rows([3, 'c']), seq: 3 },
        { type: 'metrics', seq: 3 },
      ],
    });
  });

  it('reaches a slower subscription in its latest version, with the number of the sample it was taken with', () => {
    client.send({ action: 'subscribe', ...asked, intervalMs: 3000 });
    test.publish(3);
    test.publishTable([4, 'd']);
    client.take();
    test.publishTable([5, 'e']);
    test.publish();
    expect(client.takeMessages()).toMatchObject([
      {
        messages: [
          { ...rows([5, 'e']), seq: 5, ts: 5000 },
          { type: 'metrics', seq: 6, prev: 3 },
        ],
      },
    ]);
  });

  it('can be subscribed to without any metric', () => {
    client.send({ action: 'subscribe', tables: ['processes'] });
    client.take();
    test.publishTable([1, 'a']);
    expect(client.takeMessages()).toMatchObject([
      { messages: [rows([1, 'a']), { type: 'metrics', seq: 1, values: [] }] },
    ]);
  });

  it('that does not exist is refused, by name', () => {
    client.send({ action: 'subscribe', metrics: ['cpu'], tables: ['users'] });
    expect(client.takeMessages()).toMatchObject([
      { type: 'error', code: 'unknown_table', error: 'Unknown table: users' },
    ]);
  });
});
