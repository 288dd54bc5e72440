import { COLUMNS_TYPE, decodeHistory } from '../../shared/protocol/columns.ts';
import { isRecord } from '../../shared/protocol/wire-json.ts';
import type { ClientAddress } from './shared-clients.ts';

/** What to ask for. Times are Unix ms on the host's clock. */
export interface HistoryQuestion {
  readonly host: string | undefined;
  /** Names and globs. */
  readonly metrics: readonly string[];
  readonly tables: readonly string[];
  readonly fromMs: number;
  readonly toMs: number;
  /** The most points to answer with. */
  readonly points: number;
}

export type HistoryAnswer = ReturnType<typeof decodeHistory>;

/** The agent did not answer with a history. `message` is the agent's sentence, if it sent one. */
export class HistoryRefusal extends Error {
  /** The HTTP status; 0 without an answer, 200 with one that makes no sense. */
  readonly status: number;
  /** When to ask again, in ms. */
  readonly retryMs: number | undefined;
  /** The agent's code, such as `unknown_metric`. */
  readonly code: string | undefined;

  constructor(message: string, status = 0, retryMs?: number, code?: string) {
    super(message);
    this.status = status;
    this.retryMs = retryMs;
    this.code = code;
  }
}

/** Statuses of refusals: another request (with another token), or another run of the agent, may have an answer; the same one has not. */
export const FINAL: readonly number[] = [400, 403, 404];

/** Room for a sentence, not for a proxy's error page. */
const MOST_CHARACTERS = 500;

/** @throws HistoryRefusal, or what `fetch` throws when it is aborted */
export async function fetchHistory(
  { agentUrl, token }: ClientAddress,
  question: HistoryQuestion,
  signal: AbortSignal,
): Promise<HistoryAnswer> {
  let response: Response;
  try {
    response = await fetch(addressOf(agentUrl, question), {
      headers: { Accept: COLUMNS_TYPE, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) },
      cache: 'no-store',
      // Never send the token to another address.
      redirect: 'error',
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new HistoryRefusal('');
  }
  if (!response.ok) throw await refusalOf(response);
  const bytes = new Uint8Array(await response.arrayBuffer());
  try {
    return decodeHistory(bytes);
  } catch {
    throw new HistoryRefusal('', response.status);
  }
}

function addressOf(agentUrl: string, { host, metrics, tables, fromMs, toMs, points }: HistoryQuestion): URL {
  const url = new URL(agentUrl);
  url.pathname = `${url.pathname.replace(/\/$/, '')}/history`;
  url.hash = '';
  url.search = String(
    new URLSearchParams({
      ...(host === undefined ? {} : { host }),
      ...(metrics.length === 0 ? {} : { metrics: metrics.join() }),
      ...(tables.length === 0 ? {} : { tables: tables.join() }),
      from: String(Math.max(0, Math.round(fromMs))),
      to: String(Math.round(toMs)),
      points: String(points),
    }),
  );
  return url;
}

async function refusalOf(response: Response): Promise<HistoryRefusal> {
  const text = (await response.text().catch(() => '')).slice(0, MOST_CHARACTERS);
  let said: unknown = response.headers.get('Content-Type')?.startsWith('text/plain') ? text : '';
  let retryMs: unknown;
  let code: unknown;
  try {
    const answer: unknown = JSON.parse(text);
    if (isRecord(answer)) ({ error: said, retryMs, code } = answer);
  } catch {
    // The sentence of a proxy, or none.
  }
  const seconds = Number(response.headers.get('Retry-After'));
  return new HistoryRefusal(
    typeof said === 'string' ? said.trim().replace(/\.$/, '') : '',
    response.status,
    typeof retryMs === 'number' ? retryMs : seconds * 1000 || undefined,
    typeof code === 'string' ? code : undefined,
  );
}
