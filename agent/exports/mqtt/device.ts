import * as v from 'valibot';
import { VERSION } from '../../build-info.ts';
import { stableId } from '../host-identity.ts';
import type { Reading } from '../reading.ts';
import { toSensors, type Component } from './sensors.ts';

/** A message whose text is not what was last published under its topic. */
export interface Publication {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
}

/** What is gone for this long is removed from Home Assistant: a sensor may only be missing for a while. */
const REMOVE_AFTER_MS = 10 * 60_000;

const knownSchema = v.object({
  cmps: v.record(v.string(), v.record(v.string(), v.union([v.string(), v.number()]))),
});

/** A host as a device of Home Assistant: one retained message that describes it, and one with its state. */
export class MqttDevice {
  readonly #id: string;
  readonly #availabilityTopic: string;
  /** Everything that Home Assistant was told of and that was not removed. */
  readonly #known = new Map<string, { component: Component; goneSinceMs: number | null }>();
  #published: string | null = null;

  constructor(hostId: string, availabilityTopic: string) {
    this.#id = `metrics_panel_${stableId(hostId).slice(0, 12)}`;
    this.#availabilityTopic = availabilityTopic;
  }

  /** Where its description is retained. */
  get configTopic(): string {
    return `homeassistant/device/${this.#id}/config`;
  }

  get #stateTopic(): string {
    return `metrics-panel/${this.#id}/state`;
  }

  /** Learns what an earlier run of the agent described, so that what is gone since can be removed. Ignores anything else. */
  learn(retained: string): void {
    let config: unknown;
    try {
      config = JSON.parse(retained);
    } catch {
      return;
    }
    const parsed = v.safeParse(knownSchema, config);
    if (!parsed.success) return;
    for (const [id, component] of Object.entries(parsed.output.cmps)) {
      const isWhole = component['uniq_id'] !== undefined;
      if (isWhole && !this.#known.has(id)) this.#known.set(id, { component, goneSinceMs: null });
    }
  }

  /** Makes the next publications describe the device again. */
  introduceAgain(): void {
    this.#published = null;
  }

  /** What to publish of a reading, in this order. @param nowMs monotonic */
  publications(reading: Reading, nowMs: number): readonly Publication[] {
    const { components, state } = toSensors(reading, this.#id);
    const removed: string[] = [];
    for (const [id, component] of components) this.#known.set(id, { component, goneSinceMs: null });
    for (const [id, known] of this.#known) {
      if (components.has(id)) continue;
      known.goneSinceMs ??= nowMs;
      if (nowMs - known.goneSinceMs < REMOVE_AFTER_MS) continue;
      this.#known.delete(id);
      removed.push(id);
    }
    const config = this.#config(reading, []);
    const isNews = config !== this.#published;
    this.#published = config;
    const topic = this.configTopic;
    return [
      // Home Assistant removes what is described by its platform alone.
      ...(removed.length === 0 ? [] : [{ topic, text: this.#config(reading, removed), retain: true }]),
      ...(isNews ? [{ topic, text: config, retain: true }] : []),
      { topic: this.#stateTopic, text: JSON.stringify(state), retain: false },
    ];
  }

  #config({ host }: Reading, removed: readonly string[]): string {
    const known = [...this.#known].map(([id, { component }]) => [id, component] as const);
    return JSON.stringify({
      dev: {
        ids: [this.#id],
        name: host.label,
        mf: 'metrics-panel',
        ...(host.facts.operatingSystem === undefined ? {} : { mdl: host.facts.operatingSystem }),
        sw: VERSION,
      },
      o: { name: 'metrics-panel', sw: VERSION },
      stat_t: this.#stateTopic,
      avty_t: this.#availabilityTopic,
      cmps: Object.fromEntries([...known, ...removed.map((id) => [id, { p: 'sensor' }] as const)]),
    });
  }
}
