import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Tells disks from what is laid over them (LVM, dm-crypt, RAID): the kernel counts what goes through both for both, so only the
 * disks are counted.
 */
export class Disks {
  readonly #folder: string;
  readonly #isDisk = new Map<string, boolean>();

  constructor(sys: string) {
    this.#folder = join(sys, 'dev/block');
  }

  /** @param device as `8:0`; one that is not known counts as a disk */
  readonly isDisk = (device: string): boolean => {
    let isDisk = this.#isDisk.get(device);
    if (isDisk === undefined) {
      isDisk = this.#hasNothingBelow(device);
      this.#isDisk.set(device, isDisk);
    }
    return isDisk;
  };

  /** Numbers are given again to other devices. */
  forget(): void {
    this.#isDisk.clear();
  }

  #hasNothingBelow(device: string): boolean {
    try {
      return readdirSync(join(this.#folder, device, 'slaves')).length === 0;
    } catch {
      return true;
    }
  }
}
