import { beforeEach, describe, expect, it } from 'vitest';
import { TestHub, type TestClient } from '../testing/test-hub.ts';

let test: TestHub;
let client: TestClient;
beforeEach(() => {
  test = new TestHub();
  client = test.connectV1();
});

describe('a subscription to how hosts are', () => {
  it('is told of every host at once, and of those that have changed once a second', async () => {
    client.send({ action: 'subscribe', sub: 'all', hosts: ['*'], id: 7 });
    expect(client.takeMessages()).toMatchObject([
      { type: 'hosts', sub: 'all', complete: true, id: 7, hosts: [{ id: 'web-1', cpu: null, ts: null }] },
    ]);
    test.publish(3);
    expect(client.takeMessages()).toEqual([]);
    await test.clock.advance(0);
    expect(client.takeMessages()).toMatchObject([
      { type: 'hosts', complete: false, hosts: [{ id: 'web-1', cpu: 3, memory: 30, ts: 3000 }] },
    ]);
    test.publish();
    await test.clock.advance(999);
    expect(client.takeMessages()).toEqual([]);
    await test.clock.advance(1);
    expect(client.takeMessages()).toMatchObject([{ hosts: [{ cpu: 4 }] }]);
  });
});
