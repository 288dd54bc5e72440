import type { MetricsPanel } from '../elements/metrics-panel/metrics-panel.ts';

type Charts = Pick<MetricsPanel, 'exportCsv' | 'exportPng'>;

/** Saves the samples that the charts show, as a file of the reader's downloads. */
export function saveCsv(charts: Charts, host: string): void {
  saveFile(new Blob([charts.exportCsv()], { type: 'text/csv' }), host, 'csv');
}

/** The same of the charts on the screen as a picture; nothing if none is drawn. */
export async function savePng(charts: Charts, host: string): Promise<void> {
  saveFile(await charts.exportPng(), host, 'png');
}

/** `web-1 2026-11-26 14-20-05.csv`: nothing that a file system could take amiss. */
export function saveFile(content: Blob, host: string, ending: string): void {
  const time = new Date().toLocaleString('sv').replaceAll(':', '-');
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = `${host.replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')} ${time}.${ending}`;
  link.click();
  URL.revokeObjectURL(link.href);
}
