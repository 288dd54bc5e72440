/** What a run has sent, and what came of it. */
export class Tally {
  readonly inputs = new Map<string, number>();
  readonly answers = new Map<string, number>();
  /** What should never be, each with the number of the case that it was seen in. */
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
