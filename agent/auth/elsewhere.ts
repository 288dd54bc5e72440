import { cleaned } from '../http/perimeter/refusal.ts';
import { isOrigin } from '../http/perimeter/origins.ts';

/** One sentence for whoever shows a good token on a page that it is not for, and for the log. @param origin `null` for a program */
export function describeElsewhere(origin: string | null): string {
  if (origin === null) {
    return 'The token is good, but for web pages alone, and a program is none: make one without --origins (npm start -- token create)';
  }
  const name = cleaned(origin);
  return isOrigin(origin)
    ? `The token is good, but not on pages of ${name}: make one for them (npm start -- token create --metrics "cpu,memory" --origins ${name})`
    : 'The token is good, but this page has no origin of its own, and it is for pages that have: make one without --origins (npm start -- token create)';
}
