import { only } from '../browser/documents.ts';
import type { Language } from '../locales/languages.ts';
import type { DashboardState } from '../state/dashboard-state.ts';
import { dashboardMessages } from './dashboard-messages.ts';

/** Lets the sentence of the page take the place of the host's details in the bar once it is scrolled away; there it leads back up. */
export function bindSentence(language: Language, state: DashboardState): void {
  const sentence = only(document, 'host-sentence');
  const summary = only(document, 'host-summary');
  let isMade = false;
  const make = (): void => {
    isMade = true;
    const button = document.createElement('button');
    button.type = 'button';
    button.slot = 'instead';
    button.className = 'short-sentence';
    button.title = dashboardMessages(language).top;
    button.addEventListener('click', () => scrollTo({ top: 0 }));
    const short = document.createElement('host-sentence');
    short.short = true;
    short.state = state;
    button.append(short);
    summary.append(button);
  };
  new IntersectionObserver(
    ([entry]) => {
      // Hidden, it has no size; the page of another subject has no sentence.
      const isAway = entry !== undefined && !entry.isIntersecting && entry.boundingClientRect.height > 0;
      if (isAway && !isMade) make();
      summary.instead = isAway;
    },
    { rootMargin: '-52px 0px 0px' },
  ).observe(sentence);
}
