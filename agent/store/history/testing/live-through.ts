import type { HistoryPlan, SampleHistory, TimeRange } from '../../sample-history.ts';
import { TIERS } from '../../sample-history.ts';
import { ROW_MS } from '../schema.ts';
import { auditRuns } from './audit-runs.ts';
import { HistoryModel } from './history-model.ts';
import { judgeGaps } from './judge-gaps.ts';
import { judgePoints, STEPS_MS } from './judge-points.ts';
import { judgeRetention } from './judge-retention.ts';
import { judgeTable } from './judge-table.ts';
import { randomAt } from './random-at.ts';
import type { HistoryUnderTest } from './history-under-test.ts';
import { SimulatedHost } from './simulated-host.ts';
import type { Week, WeekStep } from './weeks.ts';

const MAX_STEPS = 2000;
const WEEK_MS = 7 * 86_400_000;

/** A lie of a history, or `undefined`: passes the history on as it is, or otherwise. */
export type Passing = (history: SampleHistory, model: HistoryModel) => SampleHistory;

/** Lives through a week with a history, asks it now and then and about everything at the end, and returns its lies. */
export function liveThrough(
  week: Week,
  recording: HistoryUnderTest,
  passing: Passing = (history) => history,
): string[] {
  const life = new Life(week, recording, passing);
  for (const step of week.steps) {
    life.perform(step);
    if (life.flaws.length > 0) return life.flaws;
  }
  life.conclude();
  return life.flaws;
}

class Life {
  readonly flaws: string[] = [];
  readonly #week: Week;
  readonly #recording: HistoryUnderTest;
  readonly #passing: Passing;
  readonly #host: SimulatedHost;
  readonly #model: HistoryModel;
  #history: SampleHistory;

  constructor(week: Week, recording: HistoryUnderTest, passing: Passing) {
    this.#week = week;
    this.#recording = recording;
    this.#passing = passing;
    this.#host = new SimulatedHost(week);
    this.#model = new HistoryModel(this.#host);
    this.#history = this.#begin();
  }

  perform(step: WeekStep): void {
    switch (step[0]) {
      case 'record':
        for (let count = 0; count < step[1]; count += 1) this.#sample();
        break;
      case 'hurry':
        for (let count = 0; count < step[1]; count += 1) this.#sample(1);
        break;
      case 'stall':
      case 'suspend':
        this.#host.pass(step[1], step[0]);
        break;
      case 'skip':
        this.#host.pass(step[1] * this.#week.intervalMs);
        break;
      case 'step':
        this.#host.stepClock(step[1]);
        break;
      case 'change':
        this.#host.changeSeries(step[1]);
        break;
      case 'restart':
      case 'kill':
        this.#end(step[0]);
        this.#host.pass(step[1]);
        this.#host.stepClock(step[2]);
        this.#history = this.#begin();
        this.#audit();
        break;
      case 'fill':
      case 'free':
        if (step[0] === 'fill') this.#recording.fill(step[1]);
        else this.#recording.free();
        this.#model.setFull(step[0] === 'fill');
        break;
      case 'retain':
        this.#retain();
        break;
      case 'ask':
        this.#audit();
        this.#ask(step);
        break;
    }
  }

  /** Asks about everything; then once more after a restart. */
  conclude(): void {
    this.#recording.free();
    this.#model.setFull(false);
    this.#examine();
    if (this.flaws.length > 0) return;
    this.#end('restart');
    this.#history = this.#begin();
    this.#examine();
  }

  #begin(): SampleHistory {
    this.#host.beginRun();
    this.#model.beginRun(this.#host.epoch);
    return this.#passing(this.#recording.begin(this.#host), this.#model);
  }

  #end(how: 'restart' | 'kill'): void {
    if (how === 'kill') this.#recording.kill();
    else this.#recording.close();
    this.#model.endRun(how === 'kill' ? 'killed' : 'closed');
  }

  #sample(stride?: number): void {
    const sample = this.#host.sample(stride);
    this.#model.append(sample);
    if (!this.#recording.append(sample)) this.#model.refuse();
  }

  #audit(isWhole = false): void {
    this.#notes(auditRuns(this.#history, this.#model, isWhole));
  }

  #retain(): void {
    this.#audit();
    this.#recording.retain(this.#week.keepDays);
    this.#audit();
    this.#examineTiers(true);
    this.#notes(judgeRetention(this.#model, this.#week.keepDays));
  }

  #examine(): void {
    this.#audit(true);
    this.#examineTiers(false);
    const { fromMs, toMs } = this.#extent;
    this.#notes(judgeGaps(this.#history, { fromMs, toMs }, this.#model));
    this.#notes(judgeTable(this.#history, { fromMs, toMs }, this.#model));
    for (let count = 0; count < 6; count += 1) {
      const at = (what: number): number => randomAt(this.#week.seed + count, what);
      this.#ask(['ask', at(1), at(2) ** 3, 2 + Math.floor(at(3) * 3000), Math.floor(at(4) * 1e6)]);
    }
  }

  /** Every point of every tier. */
  #examineTiers(isLearning: boolean): void {
    const { fromMs, toMs } = this.#extent;
    const metrics = this.#names;
    const range = { fromMs, toMs, metrics, points: Number.MAX_SAFE_INTEGER };
    for (const tier of TIERS) {
      const stepMs = Math.max(ROW_MS[tier], this.#stepFrom(this.#week.intervalMs));
      for (const piece of this.#pieces(stepMs)) {
        this.#judge({ ...range, ...piece, tier, stepMs, isRaw: false }, isLearning && tier !== 'seconds');
      }
    }
    // Only now is it known what retention has deleted.
    this.#judge(this.#history.plan(range), false);
  }

  /** Ranges of as many steps as an answer may have, which together have all rows. */
  *#pieces(stepMs: number): Generator<TimeRange> {
    let toMs = Number.NEGATIVE_INFINITY;
    for (const { timestampMs } of this.#model.byTime) {
      if (timestampMs < toMs) continue;
      const fromMs = Math.floor(timestampMs / stepMs) * stepMs;
      toMs = fromMs + MAX_STEPS * stepMs;
      yield { fromMs, toMs };
    }
  }

  #ask([, from, length, points, seed]: Extract<WeekStep, readonly ['ask', ...unknown[]]>): void {
    const range = this.#rangeOf(from, length);
    const metrics = this.#names.filter((_name, index) => randomAt(seed, index) < 0.3);
    const plan = this.#history.plan({ ...range, metrics, points });
    this.#judgePlan(plan, points);
    this.#judge(plan, false);
    this.#notes(judgeGaps(this.#history, range, this.#model));
    this.#notes(judgeTable(this.#history, range, this.#model));
  }

  #judgePlan(plan: HistoryPlan, points: number): void {
    const { tier, stepMs, isRaw } = plan;
    const name = `plan of ${plan.fromMs} to ${plan.toMs} in ${points} points`;
    if (!isRaw && !STEPS_MS.includes(stepMs) && stepMs % WEEK_MS !== 0)
      this.#notes([`${name}: no round step: ${stepMs}`]);
    if (stepMs < ROW_MS[tier]) this.#notes([`${name}: ${stepMs} is finer than ${tier}`]);
    let count = 0;
    for (const { timesMs } of this.#history.read(plan)) count += timesMs.length;
    if (count > points) this.#notes([`${name}: ${count} points`]);
  }

  #judge(plan: HistoryPlan, isLearning: boolean): void {
    if (this.#model.rows.length === 0) return;
    this.#notes(judgePoints(this.#history, plan, this.#model, isLearning));
  }

  /** Begins and ends at samples or a little beside them, so that edges are met. */
  #rangeOf(from: number, length: number): { fromMs: number; toMs: number } {
    const { byTime } = this.#model;
    const first = Math.floor(from * byTime.length);
    const last = Math.min(byTime.length - 1, first + Math.ceil(length * byTime.length));
    const fromMs = (byTime[first]?.timestampMs ?? this.#week.startMs) - Math.round(length * 1000);
    const toMs = Math.max(fromMs + 1, byTime[last]?.timestampMs ?? 0) + Math.round(from * 2000) - 1000;
    return { fromMs, toMs: Math.max(toMs, fromMs + 1) };
  }

  get #extent(): { fromMs: number; toMs: number } {
    const { byTime } = this.#model;
    const fromMs = byTime[0]?.timestampMs ?? this.#week.startMs;
    return { fromMs, toMs: (byTime.at(-1)?.timestampMs ?? fromMs) + 1 };
  }

  get #names(): readonly string[] {
    return [...this.#model.catalogue.map(({ name }) => name), 'never.was'];
  }

  #stepFrom(intervalMs: number): number {
    return STEPS_MS.find((stepMs) => stepMs >= intervalMs) ?? intervalMs;
  }

  #notes(flaws: readonly string[]): void {
    this.flaws.push(...flaws.slice(0, 5));
  }
}
