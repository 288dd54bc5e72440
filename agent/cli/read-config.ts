import type { Command } from 'commander';
import { statSync } from 'node:fs';
import { defaultAlertsFile, type Config, type Source } from '../config.ts';
import { THIS_HOST, type KernelRoots } from '../sampling/kernel/roots.ts';
import { readsKernel } from '../sampling/sources.ts';
import { createCommand, PROCESS_ARGUMENTS_VARIABLE, type Options } from './options.ts';
import { readExports } from './export-settings.ts';
import { readPublish, readRelay } from './fleet-settings.ts';
import { readHistory, readService } from './service-settings.ts';
import { rejectExcessArgument, UsageError } from './usage-error.ts';

/**
 * Reads flags, then `METRICS_PANEL_…` variables for flags that are not given, then defaults.
 * `--help` and `--version` are answered on standard output and end the process.
 * @param argv as in `process.argv`
 * @throws UsageError
 */
export function readConfig(argv: readonly string[]): Config {
  const command = createCommand().parse(argv);
  rejectExcessArgument(command);
  const options = command.opts<Options>();
  const { source, proc, sys } = options;
  return Object.freeze({
    ...readService(options),
    intervalMs: options.interval,
    history: readHistory(options),
    alerts: readAlerts(options),
    exports: readExports(options),
    labels: options.label,
    relay: readRelay(options),
    publish: readPublish(options),
    source: readableSource(source),
    roots: readableRoots(source, { proc, sys }),
    processArguments: readProcessArguments(command),
  });
}

function readAlerts({ state, alerts }: Options): string | null {
  return alerts === 'off' ? null : (alerts ?? defaultAlertsFile(state));
}

function readableSource(source: Source): Source {
  if (source === 'linux' && process.platform !== 'linux') {
    throw new UsageError(
      `--source linux (METRICS_PANEL_SOURCE) reads files of the Linux kernel, and this is ${process.platform}: choose systeminformation or auto.`,
    );
  }
  return source;
}

/** Checks that both folders exist, where something reads them. @throws UsageError */
function readableRoots(source: Source, roots: KernelRoots): KernelRoots {
  const { proc, sys } = roots;
  if ((readsKernel(source) || proc !== THIS_HOST.proc) && !isReadable(`${proc}/stat`)) {
    throw new UsageError(
      `${proc} is not the /proc of a Linux host (there is no file "stat" in it that this user can read): give the folder where it is mounted with --proc (METRICS_PANEL_PROC).`,
    );
  }
  // Some containers have no /sys; the agent then measures less.
  if (sys !== THIS_HOST.sys && !isReadable(`${sys}/class`)) {
    throw new UsageError(
      `${sys} is not the /sys of a Linux host (there is no folder "class" in it that this user can read): give the folder where it is mounted with --sys (METRICS_PANEL_SYS).`,
    );
  }
  return roots;
}

function isReadable(path: string): boolean {
  try {
    statSync(path);
    return true;
  } catch {
    return false;
  }
}

/** Commander takes any value of the variable for `true`, also `false` and `0`. @throws UsageError */
function readProcessArguments(command: Command): boolean {
  const { processArguments } = command.opts<Options>();
  if (command.getOptionValueSource('processArguments') !== 'env') return processArguments;
  const value = process.env[PROCESS_ARGUMENTS_VARIABLE];
  if (value === 'true' || value === '1') return true;
  if (value === 'false' || value === '0') return false;
  throw new UsageError(
    `${PROCESS_ARGUMENTS_VARIABLE} is neither true nor false: set it to true to show the arguments of processes.`,
  );
}
