import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { property } from 'lit/decorators.js';
import { timeTicks } from '../../charts/time-ticks.ts';
import { element } from '../../elements/define-element.ts';
import { LanguageController } from '../../elements/language-controller.ts';
import { OwnElement } from '../../elements/own-element.ts';
import { secondShades } from '../../elements/second-shades.styles.ts';
import { tokens } from '../../elements/tokens.styles.ts';
import { VisibilityController } from '../../elements/visibility-controller.ts';
import type { DashboardState } from '../../state/dashboard-state.ts';
import { movedRange, scaledRange, type TimeRange } from '../../state/time-range.ts';
import { drawHill } from './draw-hill.ts';
import { goLive, goTo } from './go-to.ts';
import { LaneDrag, LEAST_FRAME } from './lane-drag.ts';
import { followDrags } from './lane-gestures.ts';
import type { MarkGroup } from './lane-labels.ts';
import { laneMessages } from './lane-messages.ts';
import { LaneScale } from './lane-scale.ts';
import { LaneSource, type LaneSubject } from './lane-source.ts';
import { laneStretch, type LaneStretch } from './lane-stretch.ts';
import { captionOf, failureText, frameText, summaryOf, unknownParts } from './lane-texts.ts';
import {
  causesView,
  firedView,
  laneLabels,
  marksView,
  roomyParts,
  timesView,
  unknownView,
  type LaneContext,
} from './lane-view.ts';
import { shownFrame, type ShownFrame } from './shown-frame.ts';
import { TextWidths } from './text-widths.ts';
import { styles } from './time-lane.styles.ts';

const PRESSURES = ['pressure.cpu.some', 'pressure.memory.some', 'pressure.io.some'];
/** Where the kernel tells no pressure. */
const INSTEAD = ['cpu'];
/** CSS pixels. */
const LABEL_SPACE = 68;
const MOST_LABELS = 12;
/** How near to each other marks may be. */
const MARK_REACH = 20;
const MARK_REACH_OF_FINGER = 30;
/** The points that the lane shows: one for two pixels. */
const LEAST_POINTS = 240;
const MOST_POINTS = 720;
/** Around a mark, there is at least this to be seen. */
const LEAST_AROUND_MS = 60_000;
const LEAST_PACE_MS = 1000;
const MOVE_SHARE = 0.5;
const ZOOM_FACTOR = 2;

/**
 * More time than the charts show: the highest pressure, and what happened. A frame around what they show is dragged, by its edges too; a drag
 * beside it marks another range, a click goes there. Empty without a state.
 *
 * @fires {CustomEvent<TimeRange | null>} rangemark - The reader marks a range, or no longer
 */
@element('time-lane')
export class TimeLane extends OwnElement {
  static override styles = [tokens, secondShades, styles];

  @property({ attribute: false }) state: DashboardState | null = null;
  /** Address of the agent. */
  @property({ attribute: false }) agentUrl = location.href;

  readonly #language = new LanguageController(this);
  readonly #visibility = new VisibilityController(this, () => this.requestUpdate());
  readonly #source = new LaneSource(() => this.requestUpdate());
  readonly #widths = new TextWidths();
  readonly #drag = new LaneDrag(this);
  #undo: (() => void)[] = [];
  #observer: ResizeObserver | null = null;
  #width = 0;
  /** 0: not measured since the size of the lane changed. */
  #hillHeight = 0;
  #stretch: LaneStretch | null = null;
  /** `null` while it is not shown. */
  #scale: LaneScale | null = null;
  #frame: ShownFrame | null = null;
  /** When the pause began, by the host's clock. */
  #pausedMs: number | null = null;
  /** Of the marks, the one that Tab leads to. */
  #focusable = 0;
  #groups: readonly MarkGroup[] = [];
  /** What the hill was drawn for. */
  #drawn = '';
  /** Where the present was drawn last. */
  #shownMs = 0;

  constructor() {
    super();
    followDrags(this, this.#drag);
    this.addEventListener('dblclick', () => this.live());
    this.addEventListener('pointermove', ({ offsetX, pointerType, buttons }) => {
      if (buttons === 0) this.#drag.hovered(offsetX, pointerType !== 'mouse');
    });
  }

  /** What the charts show; `null` before it is known. */
  get frame(): ShownFrame | null {
    return this.#frame;
  }

  get scale(): LaneScale | null {
    return this.#scale;
  }

  get groups(): readonly MarkGroup[] {
    return this.#groups;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#observer = new ResizeObserver(([entry]) => {
      this.#width = entry?.contentRect.width ?? 0;
      this.#hillHeight = 0;
      this.requestUpdate();
    });
    this.#observer.observe(this);
    this.#follow();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#observer?.disconnect();
    this.#unfollow();
    this.#source.stop();
  }

  /** Samples are missing. */
  missed({ fromMs, toMs, reason }: TimeRange & { readonly reason: string }): void {
    this.#source.missed(fromMs, toMs, reason);
  }

  live(): void {
    if (this.state !== null) goLive(this.state);
  }

  /** Goes to a mark, with at least a minute around it. */
  readonly goToMark = ({ marks: [{ timestampMs }] }: MarkGroup): void => {
    if (this.#frame === null || this.state === null) return;
    const { fromMs, toMs } = this.#frame;
    const halfMs = Math.max(LEAST_AROUND_MS, toMs - fromMs) / 2;
    goTo(this.state, { fromMs: timestampMs - halfMs, toMs: timestampMs + halfMs }, true);
  };

  /** Puts the frame around a range, before the charts show it. */
  preview(range: TimeRange | null): void {
    const shown = range ?? this.#frame;
    if (shown !== null) this.#placeFrame(shown);
    this.dispatchEvent(new CustomEvent('rangemark', { detail: range }));
    if (range === null) this.requestUpdate();
  }

  focusFrame(): void {
    this.renderRoot.querySelector<HTMLElement>('.frame')?.focus({ preventScroll: true });
  }

  /** Of what can be shown; without a history, that is little. */
  get limits(): TimeRange | null {
    const { state } = this;
    if (state === null || this.#stretch === null) return null;
    const toMs = Math.min(this.#stretch.toMs, state.time.nowMs);
    const { fromMs } = this.#stretch;
    if (state.time.value.isKept === true) return { fromMs, toMs };
    return { fromMs: Math.max(fromMs, this.#source.past?.beginMs ?? fromMs), toMs };
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('state')) this.#follow();
    const { state } = this;
    const isShown = state !== null && this.#width > 0;
    if (!isShown) {
      this.#source.stop();
      this.#scale = null;
      return;
    }
    if (!this.#visibility.isVisible) return;
    this.#frame = shownFrame(state, this.#pausedMs);
    if (this.#stretch === null || !this.#drag.isUnderWay)
      this.#stretch = laneStretch(this.#stretch, this.#frame, this.#frame.isLive, state.time.nowMs);
    this.#scale = new LaneScale(this.#stretch, this.#width);
    state.marks.cover(this.#stretch);
    const points = Math.round(Math.min(MOST_POINTS, Math.max(LEAST_POINTS, this.#width / 2)));
    this.#source.show(this.#subject, this.#stretch, state.connection.client.value, points);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { state } = this;
    const [stretch, scale, frame] = [this.#stretch, this.#scale, this.#frame];
    if (state === null || stretch === null || scale === null || frame === null) return nothing;
    this.#widths.setFont(this);
    const language = this.#language;
    const context: LaneContext = { scale, language, widths: this.#widths };
    const messages = laneMessages(language);
    const metrics = this.#subject?.metrics ?? null;
    const caption = captionOf(stretch, metrics && (metrics === INSTEAD ? 'cpu' : 'pressure'), language);
    const unknown = unknownParts(
      this.#source,
      stretch,
      { isKept: state.time.value.isKept === true, oldestMs: state.hosts.history?.oldestMs ?? null },
      language,
    );
    const failure = failureText(this.#source, language);
    const causes = roomyParts(unknown, context);
    const hasRoom = causes.every(({ fromMs }) => scale.xOf(fromMs) > this.#widths.of(caption));
    const ticks = timeTicks(
      stretch.fromMs,
      stretch.toMs,
      Math.min(MOST_LABELS, Math.floor(scale.width / LABEL_SPACE)),
    );
    const { marks, fired } = state.marks.value;
    const isCoarse = matchMedia('(pointer: coarse)').matches;
    const labels = laneLabels(marks, ticks, isCoarse ? MARK_REACH_OF_FINGER : MARK_REACH, context);
    this.#groups = labels.groups;
    this.#focusable = Math.min(this.#focusable, Math.max(0, this.#groups.length - 1));
    const { time, hosts } = state;
    const said = frameText(
      frame,
      time.value.span,
      hosts.intervalMs.value,
      this.#pausedMs !== null && time.value.range === null,
      language,
    );
    return html`
      <div class="strip">
        <canvas
          role="img"
          aria-label=${summaryOf(caption, this.#source, stretch, unknown, language)}
          @transitionend=${this.#recolour}
        ></canvas>
        ${unknownView(unknown, context)}
        <div
          class="frame"
          role="slider"
          tabindex="0"
          aria-label=${messages.frame}
          aria-description=${messages.keys}
          aria-orientation="horizontal"
          aria-valuemin="0"
          aria-valuemax="100"
          aria-valuenow=${this.#share(frame)}
          aria-valuetext=${said}
          title=${said}
          @keydown=${this.#pressed}
        ></div>
        ${firedView(fired, context)} ${causesView(causes, context)}
        ${
          failure !== null
            ? html`<span class="caption" role="status">${failure}</span>`
            : hasRoom
              ? html`<span class="caption" aria-hidden="true">${caption}</span>`
              : nothing
        }
      </div>
      ${timesView(labels)}
      <div @keydown=${this.#rove}>${marksView(labels, this.#focusable, this.goToMark, language)}</div>
    `;
  }

  protected override updated(): void {
    const scale = this.#scale;
    if (scale === null || this.#frame === null) return;
    if (!this.#drag.isUnderWay) this.#placeFrame(this.#frame);
    const canvas = this.renderRoot.querySelector('canvas');
    const { past, revision } = this.#source;
    const { fromMs, toMs } = scale.stretch;
    const key = [revision, fromMs, toMs, scale.width, devicePixelRatio, past?.times.length].join();
    if (canvas === null || key === this.#drawn) return;
    this.#drawn = key;
    this.#hillHeight ||= canvas.clientHeight;
    drawHill(canvas, past, scale.stretch, {
      width: scale.width,
      height: this.#hillHeight,
      scale: devicePixelRatio,
    });
  }

  readonly #recolour = (): void => {
    this.#drawn = '';
    this.requestUpdate();
  };

  /** `null` while it is not known, or nothing of it could be shown. */
  get #subject(): LaneSubject | null {
    const { hosts, connection, time } = this.state ?? {};
    const host = hosts?.shown;
    if (host === undefined) return null;
    const has = (name: string): boolean => host.catalogue.some((metric) => metric.name === name);
    const pressures = PRESSURES.filter(has);
    const metrics = pressures.length > 0 ? pressures : INSTEAD;
    if (!metrics.every(has)) return null;
    return {
      agentUrl: this.agentUrl,
      token: connection?.token.value,
      host: host.id,
      metrics,
      isKept: time?.value.isKept === true,
    };
  }

  /** Where the frame is between the ends of the lane, percent. */
  #share({ fromMs, toMs, isLive }: ShownFrame): number {
    const { stretch } = this.#scale ?? {};
    if (isLive || stretch === undefined) return 100;
    const room = stretch.toMs - stretch.fromMs - (toMs - fromMs);
    const share = room <= 0 ? 1 : (fromMs - stretch.fromMs) / room;
    return Math.round(100 * Math.min(1, Math.max(0, share)));
  }

  #placeFrame(range: TimeRange): void {
    const frame = this.renderRoot.querySelector<HTMLElement>('.frame');
    if (frame === null || this.#scale === null) return;
    const { left, right } = this.#scale.placeOf(range, LEAST_FRAME);
    frame.style.translate = `${left}px`;
    frame.style.width = `${right - left}px`;
  }

  readonly #pressed = (event: KeyboardEvent): void => {
    const { state } = this;
    const frame = this.#frame;
    const limits = this.limits;
    // Escape ends a drag.
    if (this.#drag.isUnderWay) return;
    if (state === null || frame === null || limits === null || event.ctrlKey || event.altKey || event.metaKey)
      return;
    const isLater = event.key === 'ArrowRight' || event.key === 'ArrowUp';
    const isEarlier = event.key === 'ArrowLeft' || event.key === 'ArrowDown';
    const move = (share: number): void => this.#moveBy(share);
    const actions: Readonly<Record<string, () => void>> = {
      PageDown: () => move(-1),
      PageUp: () => move(1),
      Home: () =>
        goTo(state, { fromMs: limits.fromMs, toMs: limits.fromMs + frame.toMs - frame.fromMs }, false),
      End: () => this.live(),
      Escape: () => this.live(),
      '+': () => this.#zoom(1 / ZOOM_FACTOR),
      '=': () => this.#zoom(1 / ZOOM_FACTOR),
      '-': () => this.#zoom(ZOOM_FACTOR),
    };
    const act =
      isLater || isEarlier
        ? () =>
            event.shiftKey
              ? this.#zoom(isLater ? 1 / ZOOM_FACTOR : ZOOM_FACTOR)
              : move(isLater ? MOVE_SHARE : -MOVE_SHARE)
        : actions[event.key];
    // Escape in the present belongs to what is around.
    if (act === undefined || (event.key === 'Escape' && frame.isLive)) return;
    event.preventDefault();
    act();
  };

  /** By a share of what is shown, up to now, which is live. */
  #moveBy(share: number): void {
    const { state, limits } = this;
    if (state === null || this.#frame === null || limits === null) return;
    const { fromMs, toMs } = movedRange(this.#frame, share);
    if (toMs >= state.time.nowMs) this.live();
    else if (state.time.value.isKept === true) goTo(state, { fromMs, toMs }, false);
    else {
      const missingMs = Math.max(0, limits.fromMs - fromMs);
      goTo(state, { fromMs: fromMs + missingMs, toMs: toMs + missingMs }, false);
    }
  }

  #zoom(factor: number): void {
    const { state } = this;
    const frame = this.#frame;
    if (state === null || frame === null) return;
    const { time } = state;
    if (time.value.isKept === true || frame.isLive) (factor > 1 ? time.zoomOut : time.zoomIn)();
    else goTo(state, scaledRange(frame, factor), false);
  }

  readonly #rove = (event: KeyboardEvent): void => {
    const steps = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    const buttons = this.renderRoot.querySelectorAll<HTMLElement>('li button');
    const last = buttons.length - 1;
    this.#focusable = Math.min(last, Math.max(0, this.#focusable + steps));
    buttons[this.#focusable]?.focus();
    this.requestUpdate();
  };

  #follow(): void {
    this.#unfollow();
    const { state } = this;
    if (state === null || !this.isConnected) return;
    const update = (): void => this.requestUpdate();
    const { time, pause, hosts, connection, marks } = state;
    this.#undo = [
      time.onChange(update),
      pause.zoom.onChange(update),
      pause.isPaused.follow((isPaused) => {
        this.#pausedMs = isPaused ? time.nowMs : null;
        update();
      }),
      hosts.onChange(update),
      hosts.intervalMs.onChange(update),
      connection.token.onChange(update),
      connection.client.onChange(update),
      marks.onChange(update),
      hosts.sample.onChange((sample) => {
        if (sample === null) {
          this.#stretch = null;
          update();
        } else {
          this.#source.sampled(sample);
          this.#goOn(sample.timestampMs);
        }
      }),
    ];
    const visible = (): void => {
      if (document.visibilityState === 'visible') update();
    };
    document.addEventListener('visibilitychange', visible);
    this.#undo.push(() => document.removeEventListener('visibilitychange', visible));
    update();
  }

  /** Draws anew once the present has moved by a pixel. */
  #goOn(nowMs: number): void {
    const { stretch, pixelMs } = this.#scale ?? {};
    const isFirst = stretch === undefined || this.#frame === null;
    if (document.visibilityState === 'hidden' || !this.#visibility.isVisible) return;
    const paceMs = Math.max(LEAST_PACE_MS, pixelMs ?? 0);
    if (isFirst || Math.abs(nowMs - this.#shownMs) >= paceMs) {
      this.#shownMs = nowMs;
      this.requestUpdate();
    }
  }

  #unfollow(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }
}

declare global {
  interface HTMLElementTagNameMap {
    'time-lane': TimeLane;
  }
  interface HTMLElementEventMap {
    rangemark: CustomEvent<TimeRange | null>;
  }
}
