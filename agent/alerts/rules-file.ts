import type { Severity } from '../../shared/protocol/messages.ts';
import type { AlertRule } from './alert-rule.ts';
import type { AlertSettings } from './alert-settings.ts';

/** A rule as people edit it. */
export interface RuleView {
  readonly name: string;
  readonly title: string;
  readonly severity: Severity;
  /** Where it comes from: shipped, shipped and changed, of alerts.yaml alone, or shipped and switched off there. */
  readonly origin: 'default' | 'changed' | 'own' | 'off';
  /** What alerts.yaml has of it, as JSON; `null` for nothing. */
  readonly written: unknown;
  /** `null` for one that is off. */
  readonly rule: AlertRule | null;
}

/** Why a rule was not written. */
export interface RuleRefusal {
  /** A sentence. */
  readonly error: string;
  readonly field?: string;
  /** There is nothing of that name to delete. */
  readonly isUnknown?: boolean;
}

/** alerts.yaml, for those who use it. */
export interface RulesFile {
  readonly settings: AlertSettings;
  /** Why the settings are not those of the file. */
  readonly problem: string | null;
  /** Increases with each change of either. */
  readonly revision: number;
  load(): Promise<void>;
  /** Called after each sample. */
  visit(): void;
  ruleViews(): readonly RuleView[];
  /** @param rule as JSON; `null` deletes what the file has of it */
  writeRule(name: string, rule: unknown): Promise<RuleRefusal | null>;
  stop(): void;
}
