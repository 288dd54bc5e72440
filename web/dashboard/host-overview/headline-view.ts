import { html, type TemplateResult } from 'lit';
import type { HostMark } from '../../state/host-mark.ts';
import type { Headline } from './headline.ts';
import { markShape, wellShape } from './host-shapes.ts';

/** Where the stretches of the sentence lead. */
export interface HeadlineLinks {
  readonly hrefOf: (id: string) => string;
  readonly hrefOfMarks: (marks: readonly HostMark[]) => string;
}

/** The sentence, with a shape before it. */
export function headlineView(
  { mark, fragments }: Headline,
  { hrefOf, hrefOfMarks }: HeadlineLinks,
): TemplateResult {
  return html`<h1>
    ${mark === 'up' ? wellShape() : markShape(mark)}<span
      >${fragments.map(({ text, host, marks, isQuiet }) =>
        host !== undefined
          ? html`<a href=${hrefOf(host)} data-host=${host}>${text}</a>`
          : marks !== undefined
            ? html`<a href=${hrefOfMarks(marks)} data-marks=${marks.join(',')}>${text}</a>`
            : isQuiet === true
              ? html`<span class="quiet">${text}</span>`
              : text,
      )}</span
    >
  </h1>`;
}
