import { DEFAULT_RULES } from '../default-rules.ts';
import type { AlertRule } from '../alert-rule.ts';
import type { RuleView } from '../rules-file.ts';

/**
 * Every rule as people edit it: those that hold, and shipped ones that are switched off.
 * @param written what alerts.yaml has under `rules`, by name
 */
export function ruleViews(
  rules: readonly AlertRule[],
  written: Readonly<Record<string, unknown>>,
): readonly RuleView[] {
  const shipped = new Map(DEFAULT_RULES.map((rule) => [rule.name, rule]));
  const present = rules.map((rule): RuleView => {
    const own = Object.hasOwn(written, rule.name) ? written[rule.name] : null;
    const origin = shipped.has(rule.name) ? (own === null ? 'default' : 'changed') : 'own';
    return { name: rule.name, title: rule.title, severity: rule.severity, origin, written: own, rule };
  });
  const names = new Set(rules.map(({ name }) => name));
  const off = DEFAULT_RULES.filter(({ name }) => !names.has(name)).map(
    ({ name, title, severity }): RuleView => ({
      name,
      title,
      severity,
      origin: 'off',
      written: Object.hasOwn(written, name) ? written[name] : null,
      rule: null,
    }),
  );
  return [...present, ...off];
}
