import type { MetricDescriptor } from '../../shared/protocol/catalogue.ts';
import type { AlertView } from '../../shared/protocol/messages.ts';
import { labelOf, translate } from '../locales/agent-texts.ts';
import type { Language } from '../locales/languages.ts';

type Subject = Pick<AlertView, 'metric'>;

/** The series that an alert watches, in the reader's language; its name if the catalogue no longer has it, empty for the host itself. */
export function subjectOf(
  { metric }: Subject,
  catalogue: readonly MetricDescriptor[],
  { messages }: Language,
): string {
  if (metric === null) return '';
  const descriptor = catalogue.find(({ name }) => name === metric);
  return descriptor === undefined ? metric : labelOf(descriptor, messages);
}

/** Of an alert or its rule; translated if the rule is shipped. */
export function titleOf({ title }: Pick<AlertView, 'title'>, { messages }: Language): string {
  return translate(title, messages);
}

/** `Disk almost full: / used`. */
export function nameOf(
  alert: Pick<AlertView, 'title' | 'metric'>,
  catalogue: readonly MetricDescriptor[],
  language: Language,
): string {
  return [titleOf(alert, language), subjectOf(alert, catalogue, language)]
    .filter((part) => part !== '')
    .join(': ');
}
