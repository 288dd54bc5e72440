import { css, html, svg, type TemplateResult } from 'lit';
import { property, state } from 'lit/decorators.js';
import { element } from '../../elements/define-element.ts';
import { icon } from '../../elements/icon.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { layoutMessages } from './layout-messages.ts';
import type { LayoutEditing } from './layout-editing.ts';

const GRIP = icon(
  svg`<path d="M6 3.5h.01M10 3.5h.01M6 8h.01M10 8h.01M6 12.5h.01M10 12.5h.01" stroke-width="2.2" />`,
);
const CROSS = icon(svg`<path d="m4 4 8 8M12 4l-8 8" stroke-width="1.6" />`);
const STEPS: Readonly<Record<string, number>> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };
/** A press that moves less is no drag. CSS pixels. */
const SLACK = 5;

/**
 * An item of the board while it is arranged: it can be dragged, moved with the keyboard, and hidden.
 *
 * @slot - The item
 */
@element('layout-item')
export class LayoutItem extends OwnElement {
  static override styles = [
    tokens,
    css`
      :host {
        position: relative;
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        min-width: 0;
        border-radius: var(--_radius);
      }
      :host([dragged]) {
        opacity: 0.55;
      }
      .over {
        position: absolute;
        inset: 0;
        z-index: 2;
        border: 1px dashed var(--_border-strong);
        border-radius: var(--_radius);
        cursor: grab;
        touch-action: pan-y;
      }
      :host(:hover) .over,
      .over:has(:focus-visible) {
        border-color: var(--_focus);
      }
      .over.lifted {
        border: 2px solid var(--_focus);
        background: color-mix(in srgb, var(--_focus) 10%, transparent);
      }
      /* It will stand here. */
      :host([target])::before {
        content: '';
        position: absolute;
        inset-block: 0;
        inset-inline-start: -0.5rem;
        width: 0.25rem;
        border-radius: 0.125rem;
        background: var(--_focus);
      }
      :host([target='after'])::before {
        inset-inline: auto -0.5rem;
      }
      .tools {
        position: absolute;
        inset-block-start: 0.0625rem;
        inset-inline-end: 0.0625rem;
        display: flex;
        gap: 0.25rem;
        /* Over the number of a card. */
        padding: 0.4375rem 0.4375rem 0.375rem 4rem;
        background: linear-gradient(to right, transparent, var(--_surface) 2rem);
        border-radius: var(--_radius);
        touch-action: none;
      }
      button {
        display: grid;
        place-items: center;
        width: 2rem;
        height: 2rem;
        padding: 0;
        color: var(--_text);
        background: var(--_surface-raised);
        border: 1px solid var(--_border-strong);
        border-radius: 0.5rem;
        cursor: pointer;
      }
      button:hover {
        border-color: var(--_text-muted);
      }
      .grip {
        cursor: grab;
      }
      @media print {
        .over {
          display: none;
        }
      }
      @media (pointer: coarse) {
        button {
          width: 2.75rem;
          height: 2.75rem;
        }
      }
    `,
  ];

  @property() key = '';
  @property() name = '';
  /** A chart of the reader's own is removed, others are hidden. */
  @property({ type: Boolean }) own = false;
  @property({ attribute: false }) editing: LayoutEditing | null = null;
  @property({ type: Boolean }) lifted = false;
  @property({ type: Boolean, reflect: true }) dragged = false;

  @state() private pressed: { readonly x: number; readonly y: number } | null = null;

  readonly #language = new LanguageController(this);
  #target: LayoutItem | null = null;

  /** Puts the focus on its handle. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.grip')?.focus();
  }

  protected override render(): TemplateResult {
    const messages = layoutMessages(this.#language);
    const remove = this.own ? messages.removeChart(this.name) : messages.hide(this.name);
    return html`
      <slot></slot>
      <div
        class=${this.lifted ? 'over lifted' : 'over'}
        @pointerdown=${this.#press}
        @pointermove=${this.#drag}
        @pointerup=${this.#drop}
        @pointercancel=${this.#cancel}
      >
        <div class="tools">
          <button
            type="button"
            class="grip"
            aria-label=${messages.move(this.name)}
            aria-description=${messages.moveHow}
            aria-pressed=${this.lifted}
            @keydown=${this.#key}
            @blur=${this.#blurred}
          >
            ${GRIP}
          </button>
          <button
            type="button"
            class="remove"
            aria-label=${remove}
            @pointerdown=${(event: Event) => event.stopPropagation()}
            @click=${() => this.editing?.remove(this.key)}
          >
            ${CROSS}
          </button>
        </div>
      </div>
    `;
  }

  readonly #press = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    // A finger scrolls the page, unless it is on the handle.
    if (
      event.pointerType === 'touch' &&
      !event.composedPath().some((one) => one instanceof HTMLButtonElement)
    )
      return;
    if (event.currentTarget instanceof Element) event.currentTarget.setPointerCapture(event.pointerId);
    this.pressed = { x: event.clientX, y: event.clientY };
  };

  readonly #drag = ({ clientX, clientY }: PointerEvent): void => {
    if (this.pressed === null) return;
    const distance = Math.hypot(clientX - this.pressed.x, clientY - this.pressed.y);
    if (!this.dragged && distance < SLACK) return;
    this.dragged = true;
    const root = this.getRootNode();
    const under =
      root instanceof ShadowRoot || root instanceof Document ? root.elementsFromPoint(clientX, clientY) : [];
    const target = under.find((one): one is LayoutItem => one instanceof LayoutItem && one !== this) ?? null;
    if (this.#target !== target) this.#target?.removeAttribute('target');
    this.#target = under.includes(this) ? null : target;
    if (this.#target !== null)
      this.#target.setAttribute('target', this.#isBefore(this.#target) ? 'after' : 'before');
  };

  readonly #drop = (): void => {
    const target = this.#target;
    const isDrag = this.dragged;
    this.#cancel();
    if (isDrag && target !== null) this.editing?.moveTo(this.key, target.key);
  };

  readonly #cancel = (): void => {
    this.#target?.removeAttribute('target');
    this.#target = null;
    this.pressed = null;
    this.dragged = false;
  };

  #isBefore(other: LayoutItem): boolean {
    return (this.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0;
  }

  readonly #key = (event: KeyboardEvent): void => {
    const { editing, key: item } = this;
    if (editing === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    const step = STEPS[key];
    if (key === ' ' || key === 'Enter') editing.liftOrDrop(item);
    else if (key === 'Escape' && this.lifted) editing.cancel();
    else if (step !== undefined && this.lifted) editing.step(item, step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  /** Elsewhere, nobody expects that arrow keys move it; while it is moved in the document, it keeps being lifted. */
  readonly #blurred = (): void => {
    if (this.lifted && this.editing?.wantsFocus !== this.key) this.editing?.liftOrDrop(this.key);
  };
}

declare global {
  interface HTMLElementTagNameMap {
    'layout-item': LayoutItem;
  }
}
