import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext, Server as TlsServer, type SecureContextOptions } from 'node:tls';
import type { Server } from 'node:http';
import { createServer } from 'node:https';
import type { Logger } from 'pino';
import type { TlsFiles } from '../config.ts';
import { errorCode } from '../error-code.ts';
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
export function encrypting(files: TlsFiles): CreateServer {
  return (limits, listener) => createServer({ ...limits, ...TLS_LIMITS, ...readTlsFiles(files) }, listener);
}

/** Reads a certificate and its key, and sees whether they fit. @throws TlsFilesError */
export function readTlsFiles(files: TlsFiles): SecureContextOptions {
  const pair = {
    cert: readPem(files.cert, '--tls-cert (METRICS_PANEL_TLS_CERT)'),
    key: readPem(files.key, '--tls-key (METRICS_PANEL_TLS_KEY)'),
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
  const reload = (): void => {
    try {
      server.setSecureContext({ ...readTlsFiles(files), minVersion: TLS_LIMITS.minVersion });
      log.info({ cert: files.cert }, 'The certificate was read again');
    } catch (error) {
      if (!(error instanceof TlsFilesError)) throw error;
      log.error({ cert: files.cert }, `The certificate stays the old one: ${error.message}`);
    }
  };
  const options = { interval: lookEveryMs, persistent: false };
  for (const path of [files.cert, files.key]) watchFile(path, options, reload);
  return () => {
    for (const path of [files.cert, files.key]) unwatchFile(path, reload);
  };
}

function readPem(path: string, setting: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    throw new TlsFilesError(
      `${path} cannot be read (${errorCode(cause) ?? 'UNKNOWN'}): give another file with ${setting}.`,
      { cause },
    );
  }
}
