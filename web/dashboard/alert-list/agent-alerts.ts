import type { AlertLine, AlertView } from '../../../shared/protocol/messages.ts';
import { isRecord } from '../../../shared/protocol/wire-json.ts';

/** Names and globs; `*` for all. Times are Unix ms. */
export interface Silence {
  readonly id: string;
  readonly rule: string;
  readonly host: string;
  readonly metric: string;
  readonly fromMs: number;
  readonly untilMs: number;
  readonly comment: string;
}

export interface NewSilence {
  readonly rule: string;
  readonly host: string;
  /** Absent for all. */
  readonly metric?: string;
  readonly untilMs: number;
  readonly comment: string;
}

/** What a rule watches for, in the metric's unit and in ms. Later agents may know other kinds. */
export type RuleCondition =
  | {
      readonly kind: 'threshold';
      readonly reading: { readonly kind: string; readonly windowMs?: number };
      readonly direction: string;
      readonly threshold: number;
      readonly clear: number;
    }
  | {
      readonly kind: 'forecast';
      readonly direction: string;
      readonly level: number;
      readonly withinMs: number;
      readonly overMs: number;
    }
  | { readonly kind: 'increase' }
  | { readonly kind: 'reboot' }
  | { readonly kind: 'unheard' };

/** A rule as alerts.yaml has it, as JSON. */
export type RuleSource = Readonly<Record<string, unknown>>;

export interface Rule {
  readonly name: string;
  readonly title: string;
  readonly severity: string;
  /** Shipped with the agent. */
  readonly isDefault: boolean;
  /** Shipped, and changed in alerts.yaml. */
  readonly isChanged: boolean;
  readonly isOff: boolean;
  readonly source: unknown;
  /** All that follows is absent of a rule that is off. */
  readonly metrics?: readonly string[];
  readonly hosts?: readonly string[];
  readonly condition?: RuleCondition;
  readonly forMs?: number;
  readonly keepForMs?: number;
  /** `null` for all. */
  readonly channels?: readonly string[] | null;
}

export interface Channel {
  readonly name: string;
  readonly type: string;
  /** Why the last message did not arrive; `null` if it did. */
  readonly problem?: string | null;
}

/** What `GET /alerts` answers. */
export interface AlertsAnswer {
  readonly alerts: readonly AlertView[];
  /** Whether the range has more than these. */
  readonly more?: boolean;
  readonly lines: readonly AlertLine[];
  readonly silences: readonly Silence[];
  readonly channels: readonly Channel[];
  readonly rules: readonly Rule[];
  readonly mayWrite: boolean;
  /** Why alerts.yaml is not in force, with its line. */
  readonly fileProblem?: string | null;
  readonly file?: { readonly path?: string };
}

/** The agent refused, or did not answer: then `status` is 0 and `message` empty. */
export class AlertRefusal extends Error {
  readonly status: number;
  /** Of the rule that was sent. */
  readonly field: string | undefined;
  /** The agent's code, such as `alerts_off`. */
  readonly code: string | undefined;

  constructor(message: string, status = 0, field?: string, code?: string) {
    super(message);
    this.status = status;
    this.field = field;
    this.code = code;
  }
}

/** The agent's API for alerts. Every method throws `AlertRefusal`. */
export class AgentAlerts {
  readonly #url: string;
  readonly #token: () => string | undefined;

  /** @param agentUrl ends with a slash */
  constructor(agentUrl: string, token: () => string | undefined) {
    this.#url = `${agentUrl}alerts`;
    this.#token = token;
  }

  /** Alerts that touch the range (Unix ms), and all else. */
  async read(range: {
    readonly host: string;
    readonly fromMs: number;
    readonly toMs: number;
    readonly limit: number;
  }): Promise<AlertsAnswer> {
    const { host, fromMs, toMs, limit } = range;
    const query = new URLSearchParams({
      host,
      from: String(Math.max(0, Math.floor(fromMs))),
      to: String(Math.ceil(toMs)),
      limit: String(limit),
    });
    const answer = await this.#ask(`?${String(query)}`);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the agent that served this page
    return answer as AlertsAnswer;
  }

  async acknowledge(id: string): Promise<void> {
    await this.#ask(`/${encodeURIComponent(id)}/acknowledge`, 'POST');
  }

  async silence(silence: NewSilence): Promise<void> {
    await this.#ask('/silences', 'POST', silence);
  }

  async endSilence(id: string): Promise<void> {
    await this.#ask(`/silences/${encodeURIComponent(id)}`, 'DELETE');
  }

  /** @param rule as in alerts.yaml; `off` for a rule that is switched off */
  async writeRule(name: string, rule: RuleSource | 'off'): Promise<void> {
    await this.#ask(`/rules/${encodeURIComponent(name)}`, 'PUT', rule);
  }

  /** Takes the rule out of alerts.yaml: one that is shipped is again as it was. */
  async resetRule(name: string): Promise<void> {
    await this.#ask(`/rules/${encodeURIComponent(name)}`, 'DELETE');
  }

  /** Sends a test. Returns why it did not arrive, `null` if it did. */
  async test(channel: string): Promise<string | null> {
    const answer = await this.#ask(`/channels/${encodeURIComponent(channel)}/test`, 'POST');
    if (!isRecord(answer) || answer['ok'] === true) return null;
    return typeof answer['error'] === 'string' ? answer['error'] : '';
  }

  async #ask(path: string, method = 'GET', body?: unknown): Promise<unknown> {
    const token = this.#token();
    let response: Response;
    try {
      response = await fetch(this.#url + path, {
        method,
        headers: {
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        cache: 'no-store',
        // Never send the token to another address.
        redirect: 'error',
      });
    } catch {
      throw new AlertRefusal('');
    }
    const answer: unknown = await response.json().catch(() => null);
    if (response.ok) return answer;
    const { error, field, code } = isRecord(answer) ? answer : {};
    throw new AlertRefusal(
      typeof error === 'string' ? error : `HTTP ${response.status}`,
      response.status,
      typeof field === 'string' ? field : undefined,
      typeof code === 'string' ? code : undefined,
    );
  }
}
