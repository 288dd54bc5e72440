import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import {
  AuthorizationError,
  connect,
  PermissionViolationError,
  TimeoutError,
  type NatsConnection,
} from '@nats-io/transport-node';
import type { NatsSettings } from '../../config.ts';
import { OperatorError } from '../../operator-error.ts';
import { isUntrusted } from '../../outbound/trusted-certificates.ts';
import { errorCode } from '../../system-error.ts';
import { natsOptions, UNTRUSTED_SERVER, type Problems } from '../connection.ts';
import { isTooOld, lacksSecurityFixes } from '../server-version.ts';
import { ADMIN_KEY } from './key-files.ts';
import { ADMIN_NAME } from './server-config.ts';

/** Of an answer by JetStream, which writes to a disk first. */
const ANSWER_MS = 10_000;
/** Name of an error whose class the library keeps to itself. */
const JETSTREAM_IS_OFF = 'JetStreamNotEnabled';

/**
 * Connects to the server as its admin, for one piece of work.
 * @param keysFolder where its key was looked for
 * @param warn takes sentences about what works, and should be otherwise
 * @throws OperatorError that says why the server is of no use; whatever `work` throws
 */
export async function withServer<T>(
  settings: NatsSettings,
  keysFolder: string,
  warn: (sentence: string) => void,
  work: (manager: JetStreamManager) => Promise<T>,
): Promise<T> {
  const problems: Problems = {};
  const client = await connectOnce(settings, keysFolder, problems);
  try {
    checkVersion(client, warn);
    return await work(await jetstreamManager(client, { timeout: ANSWER_MS }));
  } catch (error) {
    throw sentenceOf(error, settings, keysFolder, problems) ?? error;
  } finally {
    await client.close();
  }
}

async function connectOnce(
  settings: NatsSettings,
  keysFolder: string,
  problems: Problems,
): Promise<NatsConnection> {
  try {
    return await connect({
      ...natsOptions(settings, ADMIN_NAME, problems),
      maxReconnectAttempts: 0,
      reconnect: false,
    });
  } catch (error) {
    throw sentenceOf(error, settings, keysFolder, problems) ?? unreachable(error, settings);
  }
}

function checkVersion({ info }: NatsConnection, warn: (sentence: string) => void): void {
  const version = info?.version ?? '0';
  if (isTooOld(version))
    throw problem(
      `The server is nats-server ${version}: 2.9 or newer is needed, 2.12.12 or 2.14.3 recommended.`,
    );
  if (lacksSecurityFixes(version))
    warn(
      `The server is nats-server ${version}, which works but lacks security fixes: 2.12.12 and 2.14.3 have them.`,
    );
}

/** `undefined` for errors of others. */
function sentenceOf(
  error: unknown,
  settings: NatsSettings,
  keysFolder: string,
  problems: Problems,
): OperatorError | undefined {
  if (error instanceof AuthorizationError)
    return problem(problems.credentials ?? refused(settings, keysFolder), error);
  if (error instanceof Error && error.name === JETSTREAM_IS_OFF)
    return problem(
      'JetStream is off for this user: enable it in the configuration of the server and of the account, or name the credentials of the admin with --nats-credentials.',
      error,
    );
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  if (cause instanceof PermissionViolationError)
    return problem(
      'This user may not make streams: name the credentials of the admin with --nats-credentials.',
      error,
    );
  if (cause instanceof TimeoutError)
    return problem('The server does not answer: look into its log, maybe its disk is full.', error);
  return undefined;
}

function refused({ credentialsFile }: NatsSettings, keysFolder: string): string {
  return credentialsFile === null
    ? `The server wants credentials, and ${ADMIN_KEY} is not in the folder ${keysFolder}: name the folder of its keys with --keys.`
    : `The server refuses the credentials in ${credentialsFile}: name those of its admin with --nats-credentials.`;
}

function unreachable(error: unknown, { servers }: NatsSettings): OperatorError {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const code = errorCode(cause);
  if (isUntrusted(code))
    return problem(`The certificate of the server at ${servers.join(', ')} ${UNTRUSTED_SERVER}.`, error);
  const why = code ?? (cause instanceof Error ? cause.message : String(cause));
  return problem(
    `The server cannot be reached at ${servers.join(', ')} (${why}): start it, or correct --from.`,
    error,
  );
}

function problem(sentence: string, cause?: unknown): OperatorError {
  return new OperatorError('nats', sentence, { cause });
}
