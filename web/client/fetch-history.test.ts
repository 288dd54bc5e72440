import { afterEach, describe, expect, it, vi } from 'vitest';
import { interceptHistory, pretendBytes } from '../testing/pretend-history.ts';
import { fetchHistory } from './fetch-history.ts';
import { HistoryRefusal, type HistoryQuestion } from './history.ts';

const QUESTION: HistoryQuestion = {
  host: 'db 2',
  metrics: ['cpu', 'network.*'],
  tables: [],
  fromMs: 1_795_000_000_000,
  toMs: 1_795_003_600_000,
  points: 60,
};

const answered = (): Promise<unknown> =>
  fetchHistory(
    { agentUrl: 'http://there:8080/below/', token: 'secret' },
    QUESTION,
    new AbortController().signal,
  );

afterEach(() => {
  vi.restoreAllMocks();
});

describe('fetchHistory', () => {
  it('asks the agent below its path for columns, with the token', async () => {
    let sent: RequestInit = {};
    const questions = interceptHistory((question, request) => {
      sent = request;
      return new Response(pretendBytes({ nowMs: question.toMs, spikeMs: 0 }, question));
    });
    await expect(answered()).resolves.toMatchObject({ header: { stepMs: 60_000 } });
    expect(questions).toEqual([QUESTION]);
    const [address] = vi.mocked(fetch).mock.calls[0] ?? [];
    expect(address instanceof URL ? `${address.origin}${address.pathname}` : address).toBe(
      'http://there:8080/below/history',
    );
    expect(sent).toMatchObject({
      headers: { Accept: 'application/vnd.metrics-panel.columns', Authorization: 'Bearer secret' },
      redirect: 'error',
      cache: 'no-store',
    });
  });

  const json = (body: object, status: number, headers = {}): Response =>
    new Response(JSON.stringify(body), {
      status,
      headers: { 'Content-Type': 'application/json', ...headers },
    });

  it.each([
    [
      'the sentence of an agent',
      json({ error: 'Too many.', code: 'busy', retryMs: 4000 }, 429),
      'Too many',
      429,
      4000,
      'busy',
    ],
    ['a time in seconds', json({ error: 'Opening' }, 503, { 'Retry-After': '7' }), 'Opening', 503, 7000],
    [
      'a plain sentence',
      new Response('Not here.\n', { status: 404, headers: { 'Content-Type': 'text/plain' } }),
      'Not here',
      404,
    ],
    [
      "no page of a proxy's",
      new Response('<h1>Bad</h1>', { status: 502, headers: { 'Content-Type': 'text/html' } }),
      '',
      502,
    ],
    ['an answer that makes no sense', new Response('MPH0 or so'), '', 200],
  ])('reports %s', async (_what, response, message, status, retryMs?: number, code?: string) => {
    interceptHistory(() => response);
    await expect(answered()).rejects.toEqual(new HistoryRefusal(message, status, retryMs, code));
  });

  it('reports that nobody answered', async () => {
    interceptHistory(() => Promise.reject(new TypeError('Failed to fetch')));
    await expect(answered()).rejects.toEqual(new HistoryRefusal('', 0));
  });
});
