/**
 * Stands in the place of `@kurkle/color`, which Chart.js has for colours that it blends or derives: of animations and of things
 * under the pointer. There are none here, so its 4 kB are left out (vite.config.ts).
 *
 * @throws always: a drawing that comes here needs the real package
 */
export function Color(): never {
  throw new Error('Chart.js was asked to calculate a colour; see web/charts/no-colours.ts');
}
