import { createPrivateKey, X509Certificate } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSecureContext, Server as TlsServer, type SecureContextOptions } from 'node:tls';
import type { Server } from 'node:http';
import { createServer } from 'node:https';
import type { Logger } from 'pino';
import type { TlsFiles } from '../config.ts';
import { errorCode } from '../error-code.ts';
import { oneAtATime } from '../one-at-a-time.ts';
import type { CreateServer } from './server.ts';
import { TlsFilesError } from './tls-files-error.ts';

/** On every handshake. */
const TLS_LIMITS = {
  minVersion: 'TLSv1.2',
  handshakeTimeout: 5000,
  ALPNProtocols: ['http/1.1'],
} as const;

/** How often the files are looked at. Not by events: certificates come by renamed folders and links as well as in place. */
const LOOK_EVERY_MS = 5000;

/** Makes servers that encrypt with these files. @throws TlsFilesError */
export async function encrypting(files: TlsFiles): Promise<CreateServer> {
  const pair = await readTlsFiles(files);
  return (limits, listener) => createServer({ ...limits, ...TLS_LIMITS, ...pair }, listener);
}

/** Reads a certificate and its key, and sees whether they fit. @throws TlsFilesError */
export async function readTlsFiles(files: TlsFiles): Promise<SecureContextOptions> {
  const pair = {
    cert: await readPem(files.cert, '--tls-cert (METRICS_PANEL_TLS_CERT)'),
    key: await readPem(files.key, '--tls-key (METRICS_PANEL_TLS_KEY)'),
  };
  const unfit = (why: string, cause?: unknown): TlsFilesError =>
    new TlsFilesError(
      `${files.cert} and ${files.key} are not a certificate and its key, both in PEM and without a passphrase (${why}): give others with --tls-cert and --tls-key.`,
      { cause },
    );
  let isPair: boolean;
  try {
    createSecureContext(pair);
    // That takes an RSA key beside an EC certificate: each could get its other half later.
    isPair = new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key));
  } catch (cause) {
    throw unfit(errorCode(cause) ?? 'unreadable', cause);
  }
  if (!isPair) throw unfit('they do not belong together');
  return pair;
}

/** Takes new files as soon as they are there, for the handshakes to come; a pair that does not fit changes nothing. Returns how to stop. */
export function followTlsFiles(
  server: Server,
  files: TlsFiles,
  log: Logger,
  lookEveryMs = LOOK_EVERY_MS,
): () => void {
  if (!(server instanceof TlsServer)) throw new TypeError('this server does not encrypt');
  let isStopped = false;
  let trouble = '';
  let retry: NodeJS.Timeout | undefined;
  const read = oneAtATime(async () => {
    clearTimeout(retry);
    try {
      const pair = await readTlsFiles(files);
      if (isStopped) return;
      server.setSecureContext({ ...pair, minVersion: TLS_LIMITS.minVersion });
      trouble = '';
      log.info({ cert: files.cert }, 'The certificate was read again');
    } catch (error) {
      const sentence = error instanceof TlsFilesError ? error.message : String(error);
      if (sentence !== trouble)
        log.error({ cert: files.cert }, `The certificate stays the old one: ${sentence}`);
      trouble = sentence;
      // Not all that keeps them from being read shows in them: descriptors may have run out.
      if (!isStopped) retry = setTimeout(reload, lookEveryMs).unref();
    }
  });
  const reload = (): void => void read();
  const options = { interval: lookEveryMs, persistent: false };
  for (const path of [files.cert, files.key]) watchFile(path, options, reload);
  return () => {
    isStopped = true;
    clearTimeout(retry);
    for (const path of [files.cert, files.key]) unwatchFile(path, reload);
  };
}

async function readPem(path: string, setting: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new TlsFilesError(
      `${path} cannot be read (${errorCode(cause) ?? 'UNKNOWN'}): give another file with ${setting}.`,
      { cause },
    );
  }
}
