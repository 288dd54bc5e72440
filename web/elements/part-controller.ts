import type { CSSResult, LitElement, ReactiveController } from 'lit';
import { sheetFor } from '../browser/documents.ts';
import type { LazyModule } from '../browser/lazy-module.ts';

/**
 * Loads a part of its host while the host wants it and is in a document. Updates the host after each
 * attempt to load it.
 */
export class PartController<Part> implements ReactiveController {
  readonly #host: LitElement;
  readonly #part: LazyModule<Part>;
  readonly #stylesOf: ((part: Part) => CSSResult) | undefined;
  #isWanted = false;
  #isConnected = false;
  #leave: (() => void) | null = null;

  /** @param stylesOf styles of the part, which the host adopts once it is loaded */
  constructor(host: LitElement, part: LazyModule<Part>, stylesOf?: (part: Part) => CSSResult) {
    this.#host = host;
    this.#part = part;
    this.#stylesOf = stylesOf;
    host.addController(this);
  }

  /** `null` while it is loading or not wanted. */
  get module(): Part | null {
    return this.#isWanted ? this.#part.module : null;
  }

  /** It is wanted, and nothing has failed so far. */
  get isComing(): boolean {
    return this.#isWanted && this.#part.module === null && !this.#part.hasFailed;
  }

  /** At least one attempt failed, and the part is still missing. */
  get hasFailed(): boolean {
    return this.#part.hasFailed;
  }

  want(isWanted = true): void {
    this.#isWanted = isWanted;
    this.#follow();
  }

  hostConnected(): void {
    this.#isConnected = true;
    this.#follow();
  }

  hostDisconnected(): void {
    this.#isConnected = false;
    this.#follow();
  }

  #follow(): void {
    const isFollowed = this.#isWanted && this.#isConnected;
    if (isFollowed === (this.#leave !== null)) return;
    this.#leave?.();
    this.#leave = isFollowed ? this.#part.follow(this.#changed) : null;
    if (isFollowed) this.#adoptStyles();
  }

  readonly #changed = (): void => {
    this.#adoptStyles();
    this.#host.requestUpdate();
  };

  #adoptStyles(): void {
    const { module } = this.#part;
    const styles = module === null ? undefined : this.#stylesOf?.(module);
    const sheets = this.#host.shadowRoot?.adoptedStyleSheets;
    if (styles === undefined || sheets === undefined) return;
    const sheet = sheetFor(this.#host, styles);
    if (sheet !== null && !sheets.includes(sheet)) sheets.push(sheet);
  }
}
