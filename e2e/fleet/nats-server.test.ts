import { connect, type NatsConnection } from '@nats-io/transport-node';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { afterEach, describe, expect, it } from 'vitest';
import { NatsServer, natsProgram, tellLogOfFailures, whetherNats } from './nats-server.ts';

describe.skipIf(natsProgram === undefined)(`a nats-server of tests${whetherNats}`, () => {
  let server: NatsServer | undefined;
  const connections: NatsConnection[] = [];

  const start = async (config?: string): Promise<NatsServer> => (server = await NatsServer.start(config));
  const client = async ({ url }: NatsServer): Promise<NatsConnection> => {
    const connection = await connect({ servers: url });
    connections.push(connection);
    return connection;
  };

  tellLogOfFailures(() => server);
  afterEach(async () => {
    await Promise.all(connections.splice(0).map((one) => one.close()));
    await server?.end();
  });

  it('keeps port and store over a kill, and loses the store when told so', async () => {
    const running = await start();
    const first = await client(running);
    const streams = await jetstreamManager(first);
    await streams.streams.add({ name: 'KEPT', subjects: ['kept'] });
    await jetstream(first).publish('kept', 'x');
    const { pid } = running;
    await running.kill();
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await running.start();
    const { streams: again } = await jetstreamManager(await client(running));
    expect((await again.info('KEPT')).state.messages).toBe(1);
    await running.stop();
    running.deleteStore();
    await running.start();
    const { streams: none } = await jetstreamManager(await client(running));
    await expect(none.info('KEPT')).rejects.toThrow('stream not found');
  });

  it('stands still and goes on', async () => {
    const running = await start();
    const connection = await client(running);
    await running.freeze();
    await expect(running.monitor('/varz')).rejects.toThrow('timeout');
    running.thaw();
    await connection.flush();
    expect(await running.monitor('/connz')).toMatchObject({ num_connections: 1 });
  });

  it('that cannot start says why', async () => {
    await expect(start('no_such_setting: 1')).rejects.toThrow(/did not start:[^]*no_such_setting/);
  });
});
