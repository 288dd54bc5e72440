import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureStreams } from '../../agent/nats/init/ensure-streams.ts';
import { adminKeyIn, ensureKeys } from '../../agent/nats/init/key-files.ts';
import { serverConfig } from '../../agent/nats/init/server-config.ts';
import { withServer } from '../../agent/nats/init/server-of-fleet.ts';
import { selfSigned } from '../../agent/testing/self-signed.ts';
import { writeFileSync } from 'node:fs';
import { NatsServer } from './nats-server.ts';

/** A nats-server with what `nats init` prints, makes and creates: accounts, a user for each host, streams. */
export interface FleetServer {
  readonly server: NatsServer;
  readonly url: string;
  /** Its certificate, which signed itself; `null` without TLS. */
  readonly caFile: string | null;
  /** Path of the seed of `admin`, `gateway` or `host-NAME`. */
  readonly keyOf: (user: string) => string;
  /** Creates or corrects the streams, as after the loss of the store. */
  readonly makeStreams: () => Promise<void>;
  readonly end: () => Promise<void>;
}

export interface FleetServerOptions {
  readonly isTls?: boolean;
}

/** @param hosts names in subjects */
export async function startFleetServer(
  hosts: readonly string[],
  { isTls = false }: FleetServerOptions = {},
): Promise<FleetServer> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-server-'));
  const { users } = await ensureKeys(folder, hosts);
  const tls = isTls ? { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') } : null;
  if (tls !== null) {
    const { cert, key } = selfSigned('nats');
    writeFileSync(tls.cert, cert);
    writeFileSync(tls.key, key, { mode: 0o600 });
  }
  const server = await NatsServer.start(
    serverConfig({ users, listen: '127.0.0.1:4222', tls, store: folder, logBytes: 1e9 }),
  );
  const url = isTls ? server.url.replace('nats:', 'tls:') : server.url;
  const caFile = tls?.cert ?? null;
  const makeStreams = async (): Promise<void> => {
    await withServer(
      { servers: [url], credentialsFile: adminKeyIn(folder), caFile },
      folder,
      () => {},
      (manager) => ensureStreams(manager, { bytes: 1e9 }, () => {}),
    );
  };
  const end = async (): Promise<void> => {
    await server.end();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await makeStreams();
  } catch (error) {
    await end();
    throw error;
  }
  return { server, url, caFile, keyOf: (user) => join(folder, `${user}.nk`), makeStreams, end };
}
