import type { Collector } from './collector.ts';
import { cpuCollector } from './collectors/cpu.ts';
import { memoryCollector } from './collectors/memory.ts';

/** Every collector of this host, one line each; the catalogue is in this order. */
export const createCollectors = (): Collector[] => [cpuCollector(), memoryCollector()];
