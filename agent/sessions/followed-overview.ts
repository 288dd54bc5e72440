import type { HostsMessage } from '../../shared/protocol/messages.ts';
import type { OverviewCursor } from './cursor.ts';
import type { Frame } from './frame.ts';
import type { OverviewPosition, OverviewView } from './overview-view.ts';

/** A subscription to how hosts are: a cursor into the overview. */
export class FollowedOverview {
  /** It follows no host's samples. */
  readonly broadcast = null;
  /** Of the samples of a host it costs nothing. */
  readonly weight = 0;
  readonly isWaiting = false;
  readonly patterns: readonly string[];
  readonly #sub: string;
  #view: OverviewView;
  #release: () => void;
  /** `null` if nothing was told. */
  #position: OverviewPosition | null;
  #id: HostsMessage['id'];

  /** @param position of an earlier poll or stream, as `cursorEntry` had it then */
  constructor(
    view: OverviewView,
    request: { readonly sub: string; readonly hosts: readonly string[]; readonly id?: HostsMessage['id'] },
    release: () => void,
    position?: string,
  ) {
    this.#release = release;
    this.patterns = request.hosts;
    this.#sub = request.sub;
    this.#view = view;
    this.#position = view.decode(position);
    this.#id = this.#position === null ? request.id : undefined;
  }

  /** Whether `next` may have a frame. */
  get isDue(): boolean {
    return this.#position?.told !== this.#view.overview.revision;
  }

  /** Ends it. */
  release(): void {
    this.#release();
  }

  get cursorEntry(): OverviewCursor | undefined {
    return this.#position === null
      ? undefined
      : { sub: this.#sub, overview: this.#view.encode(this.#position) };
  }

  /** The next frame to send; `undefined` if there is none now. Call only while the client reads. */
  next(): Frame | undefined {
    if (!this.isDue) return undefined;
    const { overview } = this.#view;
    const isHeld = this.#position !== null && overview.isHeld(this.#position);
    const { begun, told } = isHeld && this.#position ? this.#position : { begun: overview.revision, told: 0 };
    const complete = !isHeld;
    const part = this.#view.partAfter(told);
    this.#position = { begun, told: part.upTo };
    if (!complete && part.isEmpty) return undefined;
    const id = this.#id;
    this.#id = undefined;
    return part.frame({ sub: this.#sub, complete, ...(id === undefined ? {} : { id }) });
  }

  /** Continues with what another scope shows. */
  moveTo(view: OverviewView, release: () => void): void {
    this.#release();
    this.#release = release;
    this.#view = view;
    this.#position = null;
  }
}
