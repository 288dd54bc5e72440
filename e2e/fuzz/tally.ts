/** Inputs sent by a run, and its findings. */
export class Tally {
  readonly inputs = new Map<string, number>();
  readonly answers = new Map<string, number>();
  /** Each with the number of its case. */
  readonly flaws: string[] = [];
  connections = 0;

  get inputCount(): number {
    return [...this.inputs.values()].reduce((sum, count) => sum + count, 0);
  }

  sent(kind: string, count = 1): void {
    this.inputs.set(kind, (this.inputs.get(kind) ?? 0) + count);
  }

  answered(as: string): void {
    this.answers.set(as, (this.answers.get(as) ?? 0) + 1);
  }
}
