/**
 * One sentence for whoever shows a good token on a page that it is not for, and for the log.
 * @param origin as the request guard lets it in; `null` for a program
 */
export function describeElsewhere(origin: string | null): string {
  return origin === null
    ? 'The token is good, but for web pages alone, and a program is none: make one without --origins'
    : `The token is good, but not on pages of ${origin}: make one for them (npm start -- token create --metrics "cpu,memory" --origins ${origin})`;
}
