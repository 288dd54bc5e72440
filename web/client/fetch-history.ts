import { COLUMNS_TYPE, decodeHistory } from '../../shared/protocol/columns.ts';
import { isRecord } from '../../shared/protocol/wire-json.ts';
import { HistoryRefusal, type HistoryAnswer, type HistoryQuestion } from './history.ts';
import type { ClientAddress } from './shared-clients.ts';

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
