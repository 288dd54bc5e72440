import { createPrivateKey, X509Certificate } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createSecureContext, Server as TlsServer, type SecureContextOptions } from 'node:tls';
import type { Server } from 'node:http';
import { createServer } from 'node:https';
import type { Logger } from 'pino';
import type { TlsFiles } from '../config.ts';
import { OperatorError } from '../operator-error.ts';
import { coalesceCalls } from '../promises.ts';
import { errorCode } from '../system-error.ts';
import type { CreateServer } from './server.ts';

const TLS_LIMITS = {
  minVersion: 'TLSv1.2',
  handshakeTimeout: 5000,
  ALPNProtocols: ['http/1.1'],
} as const;

/** Polled, not watched: certificate tools replace folders and symbolic links as well as files. */
const POLL_MS = 5000;

/** The certificate or key cannot be used. */
export class TlsFilesError extends OperatorError {
  constructor(message: string, options?: ErrorOptions) {
    super('tls_files', message, options);
    this.name = 'TlsFilesError';
  }
}

/** A factory for HTTPS servers with these files. @throws TlsFilesError */
export async function encrypting(files: TlsFiles): Promise<CreateServer> {
  const pair = await readTlsFiles(files);
  return (limits, listener) => createServer({ ...limits, ...TLS_LIMITS, ...pair }, listener);
}

/** Reads a certificate and its key, and checks that they match. @throws TlsFilesError */
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
    // OpenSSL itself accepts an RSA key with an EC certificate, because each could be completed later.
    isPair = new X509Certificate(pair.cert).checkPrivateKey(createPrivateKey(pair.key));
  } catch (cause) {
    throw unfit(errorCode(cause) ?? 'unreadable', cause);
  }
  if (!isPair) throw unfit('they do not belong together');
  return pair;
}

/** Reloads changed files for new handshakes, and keeps the old pair if the new one does not match. Returns the undo. */
export function followTlsFiles(server: Server, files: TlsFiles, log: Logger, pollMs = POLL_MS): () => void {
  if (!(server instanceof TlsServer)) throw new TypeError('this server does not encrypt');
  let isStopped = false;
  let lastProblem = '';
  let retry: NodeJS.Timeout | undefined;
  const read = coalesceCalls(async () => {
    clearTimeout(retry);
    try {
      const pair = await readTlsFiles(files);
      if (isStopped) return;
      server.setSecureContext({ ...pair, minVersion: TLS_LIMITS.minVersion });
      lastProblem = '';
      log.info({ cert: files.cert }, 'The certificate was read again');
    } catch (error) {
      const sentence = error instanceof TlsFilesError ? error.message : String(error);
      if (sentence !== lastProblem)
        log.error({ cert: files.cert }, `The certificate stays the old one: ${sentence}`);
      lastProblem = sentence;
      // Some causes leave the files unchanged, such as running out of file descriptors.
      if (!isStopped) retry = setTimeout(reload, pollMs).unref();
    }
  });
  const reload = (): void => void read();
  const options = { interval: pollMs, persistent: false };
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
