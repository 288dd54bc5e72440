import { vi } from 'vitest';
import { encodeHistory } from '../../shared/protocol/columns-encoder.ts';
import { decodeHistory, type HistoryHeader } from '../../shared/protocol/columns.ts';
import type { HistoryAnswer, HistoryQuestion } from '../client/history.ts';

const STEPS_MS = [
  1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400,
].map((seconds) => seconds * 1000);
const PROCESSES = {
  name: 'processes',
  label: 'Processes',
  group: 'Processes',
  help: '',
  source: '',
  columns: [
    { name: 'name', label: 'Name', unit: 'text' },
    { name: 'cpu', label: 'CPU', unit: 'percent' },
  ],
};

/** A host whose CPU is at 10 to 30 percent, but for a spike of one second, and which slept for a while. */
export interface PretendHost {
  readonly nowMs: number;
  readonly spikeMs: number;
  readonly gap?: { readonly fromTs: number; readonly toTs: number; readonly reason: string };
  readonly series?: readonly string[];
}

/** Bytes as `GET /history` answers with. */
export function pretendBytes(
  host: PretendHost,
  question: Omit<HistoryQuestion, 'host'>,
): Uint8Array<ArrayBuffer> {
  const { nowMs, spikeMs, gap, series = ['cpu', 'memory'] } = host;
  const { fromMs, toMs, points, tables } = question;
  const stepMs = STEPS_MS.find((step) => (toMs - fromMs) / step <= points) ?? 86_400_000;
  const header: HistoryHeader = {
    host: 'here',
    series: series.map((name) => ({ name, label: name.toUpperCase(), unit: 'percent', min: 0, max: 100 })),
    tier: 'minutes',
    stepMs,
    gaps: gap !== undefined && gap.fromTs < toMs && gap.toTs > fromMs ? [gap] : [],
    tables: tables.includes('processes')
      ? [
          {
            ...PROCESSES,
            ts: fromMs + 13,
            rows: [[fromMs <= spikeMs && spikeMs < toMs ? 'culprit' : 'idler', 92]],
          },
        ]
      : [],
  };
  if (question.metrics.length === 0) header.series.length = 0;
  const ts: number[] = [];
  for (let at = Math.floor(fromMs / stepMs) * stepMs; at < Math.min(toMs, nowMs); at += stepMs)
    if (gap === undefined || at < gap.fromTs || at >= gap.toTs) ts.push(at);
  const column = (valueOf: (at: number) => number): Float64Array[] =>
    header.series.map(() => Float64Array.from(ts, valueOf));
  return encodeHistory(header, {
    ts: Float64Array.from(ts),
    mean: column(() => 20),
    ...(stepMs === 1000
      ? {}
      : {
          min: column(() => 10),
          max: column((at) => (at <= spikeMs && spikeMs < at + stepMs ? 97 : 30)),
        }),
  });
}

export function pretendAnswer(host: PretendHost, question: HistoryQuestion): HistoryAnswer {
  return decodeHistory(pretendBytes(host, question));
}

/** Answers `GET /history` of the page in place of an agent, and keeps the questions. Undone by `vi.restoreAllMocks`. */
export function interceptHistory(
  answer: (question: HistoryQuestion, request: RequestInit) => Response | Promise<Response>,
): HistoryQuestion[] {
  const questions: HistoryQuestion[] = [];
  const real = globalThis.fetch.bind(globalThis);
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, request = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    if (!url.pathname.endsWith('/history')) return real(input, request);
    const list = (name: string): string[] => url.searchParams.get(name)?.split(',') ?? [];
    const question = {
      host: url.searchParams.get('host') ?? undefined,
      metrics: list('metrics'),
      tables: list('tables'),
      fromMs: Number(url.searchParams.get('from')),
      toMs: Number(url.searchParams.get('to')),
      points: Number(url.searchParams.get('points')),
    };
    questions.push(question);
    return answer(question, request);
  });
  return questions;
}
