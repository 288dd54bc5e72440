import { matchesGlob } from '../../../shared/protocol/globs.ts';
import { isoTime } from '../../log.ts';
import type { Reading } from '../reading.ts';

/** A sensor as Home Assistant's MQTT discovery describes one, in its abbreviations. */
export type Component = Readonly<Record<string, string | number>>;

/** What Home Assistant shows of a host. */
export interface Sensors {
  /** By an id that stays the same over restarts. */
  readonly components: ReadonlyMap<string, Component>;
  /** By metric; unknown ones are `null`. */
  readonly state: Readonly<Record<string, number | string | null>>;
}

/** Few of the many: each is an entity, and a row in a database for each change. */
const SHOWN = [
  'cpu',
  'load',
  'memory',
  'memory.available',
  'memory.swap',
  'limit.memory',
  'network.all.*',
  'disk.all.*',
  'filesystem.*.used',
  'filesystem.*.availableBytes',
  'temperature.*',
  'fan.*',
  'power.*',
  'battery.*',
];
/** A host with more sensors or mounts shows the first of them. */
const MAX_COMPONENTS = 100;

/** Device class (if Home Assistant has one that fits), unit and decimals of live units. */
const BY_UNIT: ReadonlyMap<string, Component> = new Map<string, Component>([
  ['percent', { unit_of_meas: '%', sug_dsp_prc: 1 }],
  ['bytes', { dev_cla: 'data_size', unit_of_meas: 'B', sug_dsp_prc: 0 }],
  ['bytes/s', { dev_cla: 'data_rate', unit_of_meas: 'B/s', sug_dsp_prc: 0 }],
  ['°C', { dev_cla: 'temperature', unit_of_meas: '°C', sug_dsp_prc: 1 }],
  ['W', { dev_cla: 'power', unit_of_meas: 'W', sug_dsp_prc: 1 }],
  ['rpm', { unit_of_meas: 'rpm', sug_dsp_prc: 0 }],
  ['count', { sug_dsp_prc: 2 }],
]);

/** @param deviceId begins the ids that must be unique among all devices */
export function toSensors({ host, metrics, values }: Reading, deviceId: string): Sensors {
  const components = new Map<string, Component>();
  const state: Record<string, number | string | null> = {};
  const { bootedAtMs } = host.facts;
  // A time, since a growing number would be a row in a database each time.
  if (bootedAtMs !== undefined) {
    components.set('boot', {
      ...sensor('boot', 'Last boot', deviceId),
      dev_cla: 'timestamp',
      ent_cat: 'diagnostic',
    });
    state['boot'] = isoTime(new Date(Math.round(bootedAtMs / 1000) * 1000));
  }
  for (const [index, { name, label, unit }] of metrics.entries()) {
    if (components.size >= MAX_COMPONENTS) break;
    if (!SHOWN.some((pattern) => matchesGlob(pattern, name))) continue;
    components.set(componentId(name), {
      ...sensor(name, label, deviceId),
      ...BY_UNIT.get(unit),
      stat_cla: 'measurement',
      ...(name.startsWith('battery.') ? { dev_cla: 'battery' } : {}),
    });
    state[name] = values[index] ?? null;
  }
  return { components, state };
}

function sensor(name: string, label: string, deviceId: string): Component {
  return {
    p: 'sensor',
    name: label,
    uniq_id: `${deviceId}_${componentId(name)}`,
    // What is not in the state is not known.
    val_tpl: `{{ value_json['${name}'] | default(none) }}`,
  };
}

function componentId(name: string): string {
  return name
    .replaceAll('.', '_')
    .replaceAll(/[^A-Za-z0-9_-]/g, (character) => `_${character.charCodeAt(0).toString(16)}`);
}
