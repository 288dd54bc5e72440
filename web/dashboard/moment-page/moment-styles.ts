/**
 * The style sheet of a moment's page, whole: the page may apply nothing else. In one line, and as short as names let it be, since it is in each file.
 * Colours are those of tokens.styles.ts.
 */
export const STYLES = [
  ':root{color-scheme:light dark;--page:light-dark(#f4f6f9,#0b0f16);--surface:light-dark(#fff,#121821);--border:light-dark(#e1e6ed,#1f2836);--strong:light-dark(#cfd6e0,#2c3748);--grid:light-dark(#e9edf3,#1e2734);--text:light-dark(#131a26,#e8edf5);--second:light-dark(#3b4658,#bcc6d5);--muted:light-dark(#566176,#93a0b6);--warn:light-dark(#6e5a00,#ffd84a);--warn-shape:light-dark(#b27d00,#ffd84a);--bad:light-dark(#b8143f,#ff7089)}',
  '*{box-sizing:border-box}',
  "body{max-width:90rem;margin:0 auto;padding:1.5rem;background:var(--page);color:var(--text);font:.875rem/1.45 ui-sans-serif,system-ui,'Segoe UI',Roboto,'Helvetica Neue','Noto Sans',sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}",
  'h1,h2,p,dl,dd,figure,ul{margin:0;padding:0}',
  'h1{font-size:1.25rem;letter-spacing:-.01em}h2{font-size:1rem;margin:1.5rem 0 .5rem}',
  '.sentence{font-size:1.125rem;margin-top:.75rem}',
  '.what,dt,.note,small{color:var(--muted)}.note{font-size:.8125rem;margin-top:1rem}',
  'dl{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin-top:.5rem;font-size:.8125rem}dl div{display:flex;gap:.5rem}',
  'bdi,td,th{unicode-bidi:isolate}',
  '.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,22rem),1fr));gap:.75rem;align-items:start;margin-top:1rem}',
  'figure{min-width:0;padding:.75rem 1rem;background:var(--surface);border:1px solid var(--border);border-radius:.75rem;break-inside:avoid}',
  '.head h2{font-size:.8125rem;margin:0}.head{display:flex;gap:.5rem;align-items:baseline}.head small{flex:1;font-size:.75rem}.head .notice{color:var(--warn);font-weight:600}.head b{font-size:1.25rem;white-space:nowrap}',
  '.legend{display:flex;flex-wrap:wrap;gap:0 1rem;list-style:none;font-size:.75rem;color:var(--second)}.legend b{font-weight:500}',
  '.legend i{display:inline-block;width:.5rem;height:.5rem;margin-inline-end:.375rem;border-radius:.125rem;background:var(--c)}',
  'svg{display:block;width:100%;height:auto;margin-top:.25rem;overflow:visible;font-size:11px}',
  'svg text{fill:var(--muted)}.time{text-anchor:middle}.halo{paint-order:stroke;stroke:var(--surface);stroke-width:3px;stroke-linejoin:round}',
  'path{fill:none;vector-effect:non-scaling-stroke;stroke-linejoin:round}.grid{stroke:var(--grid)}.zero{stroke:var(--strong)}',
  '.cpu{--c:light-dark(#0b7a75,#3ad6c5)}.cpu:not(.first){--c:light-dark(#379992,#1d8f87)}',
  '.memory{--c:light-dark(#5b4bd6,#a79bff)}.memory:not(.first){--c:light-dark(#8b7fe6,#6d62c9)}',
  '.disk{--c:light-dark(#b4540a,#ff9a55)}.disk:not(.first){--c:light-dark(#c87a34,#bd662b)}',
  '.network{--c:light-dark(#1767b8,#6fb8ff)}.network:not(.first){--c:light-dark(#5b95d3,#3c7cc9)}',
  '.neutral{--c:light-dark(#46536a,#c3ccda)}.neutral:not(.first){--c:light-dark(#8894a8,#64718a)}',
  '.stacked.third{--c:var(--strong)}',
  '.line{stroke:var(--c);stroke-width:1.5px;stroke-linecap:round}.lines.third{stroke-dasharray:2 3}',
  '.area{fill:color-mix(in oklab,var(--c) 34%,var(--surface))}.area.lines{fill:color-mix(in oklab,var(--c) 16%,var(--surface))}.band{fill:var(--c);fill-opacity:.26}.peaks{stroke:var(--second);stroke-width:1.5px}',
  '.gap{fill:url(#gap)}#gap path{stroke:var(--strong)}',
  '.fired{fill:var(--warn-shape);fill-opacity:.18}.fired.trouble{fill:var(--bad);fill-opacity:.13}',
  '.limit{stroke:var(--muted);stroke-dasharray:2 4}.limit.warning{stroke:var(--warn-shape);stroke-dasharray:5 4}.limit.trouble{stroke:var(--bad);stroke-dasharray:5 4}',
  '.mark{stroke:var(--muted);stroke-dasharray:1 3}.mark.warning{stroke:var(--warn-shape)}.mark.trouble{stroke:var(--bad)}.selected{stroke:var(--second);stroke-width:1.5px}',
  'details{margin-top:.25rem;font-size:.8125rem}summary{color:var(--muted);cursor:pointer}',
  '.box{overflow-x:auto;padding:.5rem 1rem;background:var(--surface);border:1px solid var(--border);border-radius:.75rem}',
  'table{width:100%;border-collapse:collapse;font-size:.8125rem}th,td{padding:.1875rem 1rem .1875rem 0;text-align:start;vertical-align:top;border-block-end:1px solid var(--border)}tr:last-child>*{border:0}thead th{color:var(--muted);font-weight:500}.n{text-align:end;white-space:nowrap}',
  '.list{list-style:none;font-size:.8125rem}.list li{padding:.125rem 0}.list .warning::before,.list .trouble::before{content:"▲ ";color:var(--warn-shape)}.list .trouble::before{color:var(--bad)}.list .event::before{content:"◆ ";color:var(--muted)}',
  '@media (max-width:32rem){body{padding:.75rem}svg{font-size:14px}}',
  '@media print{:root{color-scheme:light;--page:#fff}body{padding:0;print-color-adjust:exact}.cards{grid-template-columns:1fr 1fr}details::details-content{content-visibility:visible}}',
].join('');

/** What the page's policy knows the style sheet by. A test says what it has to be. */
export const STYLES_HASH = 'sha256-sLOL1BnVi48qum6QcDULucOoBRMtVs2lEwGGBLYFbhw=';
