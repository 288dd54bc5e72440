import { get } from 'node:http';
import * as v from 'valibot';
import { cleanLabel } from '../../instances.ts';

/** Default sockets of Docker and Podman. */
export const CONTAINER_SOCKETS: readonly string[] = ['/var/run/docker.sock', '/run/podman/podman.sock'];

const MAX_ANSWER_BYTES = 1024 * 1024;

const listSchema = v.array(v.unknown());
const containerSchema = v.object({
  Id: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  Names: v.array(v.string()),
});

/**
 * Names of the running containers by id, from Docker's API (`GET /containers/json`). Names are untrusted: control characters are removed, they
 * are at most 253 characters long, and need not be unique.
 * @param signal aborts the query
 * @throws if the socket fails, refuses, answers in another form or with more than 1 MB, or `signal` is aborted
 */
export async function namesFromSocket(socketPath: string, signal: AbortSignal): Promise<Map<string, string>> {
  return parseContainerList(await answerOf(socketPath, signal));
}

/** Skips entries in another form. */
function parseContainerList(text: string): Map<string, string> {
  const names = new Map<string, string>();
  for (const entry of v.parse(listSchema, JSON.parse(text))) {
    const container = v.safeParse(containerSchema, entry);
    if (!container.success) continue;
    const { Id: id, Names: all } = container.output;
    // Links from other containers are listed as `/other/alias`.
    const own = all.map((name) => name.replace(/^\//, '')).find((name) => !name.includes('/'));
    const name = cleanLabel(own ?? '');
    if (name !== '') names.set(id, name);
  }
  return names;
}

/** The answer is not that of Docker or Podman. */
class SocketAnswerError extends Error {
  readonly code = 'socket_answer';

  constructor(message: string) {
    super(message);
    this.name = 'SocketAnswerError';
  }
}

function answerOf(socketPath: string, signal: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ socketPath, path: '/containers/json', agent: false, signal }, (response) => {
      const chunks: Buffer[] = [];
      let length = 0;
      response.on('data', (chunk: Buffer) => {
        length += chunk.length;
        if (length > MAX_ANSWER_BYTES) request.destroy(new SocketAnswerError('the list is too long'));
        else chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'));
        else reject(new SocketAnswerError(`status ${response.statusCode}`));
      });
    });
    request.on('error', reject);
  });
}
