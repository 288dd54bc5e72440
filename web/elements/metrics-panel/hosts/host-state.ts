import type { TemplateResult } from 'lit';
import type { Language } from '../../../locales/languages.ts';
import type { LiveFeedController } from '../feed/live-feed-controller.ts';
import { HostFinder } from './host-finder.ts';
import { hostGoneView, hostStateView, noHostView } from './host-state-view.ts';

/** What a panel says of its host while that is down or not known, in which case it waits for it. */
export class HostState {
  readonly #feed: LiveFeedController;
  readonly #finder: HostFinder;

  /** @param told called when there is something else to say */
  constructor(feed: LiveFeedController, told: () => void) {
    this.#feed = feed;
    this.#finder = new HostFinder(() => feed.again(), told);
  }

  /** Call with each update of the panel. @param name its `host` */
  update(name: string | null): void {
    this.#finder.look(this.#feed.isUnknownHost ? this.#feed.client : null, name);
  }

  /** Above the charts, or in their place. */
  view(
    name: string | null,
    timeOf: (timestampMs: number, locale?: string) => string,
    language: Language,
  ): TemplateResult {
    const { buffer, shownHost } = this.#feed;
    if (shownHost !== null)
      return hostStateView(shownHost, (buffer?.samples.length ?? 0) > 0, timeOf, language);
    return buffer === null
      ? noHostView(name ?? '', this.#finder.named, language)
      : hostGoneView(name ?? '', language);
  }

  stop(): void {
    this.#finder.stop();
  }
}
