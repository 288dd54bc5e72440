/**
 * Before it is printed, lets the page have the colours and about the width of paper, so that charts are drawn for it and not squeezed.
 * To be called before there are charts, which hear of it later then.
 */
export function preparePaper(): void {
  const { dataset } = document.documentElement;
  window.addEventListener('beforeprint', () => {
    dataset['paper'] = '';
  });
  window.addEventListener('afterprint', () => {
    delete dataset['paper'];
  });
}
