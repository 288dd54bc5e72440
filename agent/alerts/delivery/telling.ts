import type { Alert } from '../alert.ts';

/**
 * What a message tells of an alert: it has fired (`fired`), still goes on (`repeat`), has ended (`ended`), has come and gone untold (`was`), was over
 * at once (`event`), has no value (`noData`), or one again (`dataBack`).
 */
export type TellingKind = 'fired' | 'repeat' | 'ended' | 'was' | 'event' | 'noData' | 'dataBack';

export interface Telling {
  readonly kind: TellingKind;
  readonly alert: Alert;
  /** How much has been told of the alert to this channel before. */
  readonly before: number;
}
