import os from 'node:os';

/** What a value is worth nothing without. */
export function printConditions(): void {
  const cpus = os.cpus();
  console.log(
    [
      new Date().toISOString(),
      `Node ${process.versions.node}`,
      `Linux ${os.release()}`,
      `${cpus.length} × ${cpus[0]?.model.trim() ?? 'unknown processor'}`,
      `load ${os.loadavg()[0]?.toFixed(1) ?? ''}`,
    ].join(' · '),
  );
}
