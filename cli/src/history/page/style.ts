/** Colours meet WCAG AA for text on every background of the page, in light and dark; a test computes it. */
const COLORS = `
:root{color-scheme:light dark;--page:#f5f7f9;--card:#fff;--line:#d5dce3;--text:#1b1f24;--soft:#525c67;--link:#0b5cb8;
--succeeded:#14774a;--failed:#bf2417;--lost:#855300;--running:#0b5cb8;--bar:#4677b8;--mark:#fff4d6}
@media screen and (prefers-color-scheme:dark){:root{--page:#0f1419;--card:#171d24;--line:#333d48;--text:#e6edf3;--soft:#a3afbb;
--link:#79b8ff;--succeeded:#4cc38a;--failed:#ff8f80;--lost:#e3b341;--running:#79b8ff;--bar:#5b8fd6;--mark:#33290a}}
.succeeded{--own:var(--succeeded)}.failed{--own:var(--failed)}.lost{--own:var(--lost)}.running{--own:var(--running)}.other{--own:var(--soft)}
`;

const TEXT = `
*{box-sizing:border-box}
html{font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"DejaVu Sans",sans-serif;-webkit-text-size-adjust:100%}
body{margin:0 auto;padding:1.5rem 1.25rem 4rem;max-width:78rem;background:var(--page);color:var(--text)}
h1{font-size:1.9rem;line-height:1.2;margin:0;overflow-wrap:anywhere}
h2{font-size:1.2rem;margin:2.5rem 0 .5rem}
p{margin:.35rem 0}
a{color:var(--link);text-underline-offset:2px}
a:focus-visible,summary:focus-visible,input:focus-visible,pre:focus-visible{outline:3px solid var(--link);outline-offset:2px;border-radius:3px}
code,pre,dd{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;font-size:.9em}
code,dd,p,h1{unicode-bidi:isolate;overflow-wrap:anywhere}
pre{margin:.4rem 0;padding:.6rem .75rem;overflow-x:auto;background:var(--page);border:1px solid var(--line);border-radius:6px}
summary{cursor:pointer;width:fit-content;max-width:100%;overflow-wrap:anywhere}
ul,ol{margin:0;padding:0;list-style:none}
time,b{font-variant-numeric:tabular-nums}
.note{color:var(--soft)}
.icon{width:.85em;height:.85em;vertical-align:-.06em;color:var(--own);flex:none}
.skip{position:absolute;left:-999rem}.skip:focus{position:static}
`;

const BLOCKS = `
.card,.verdict,.numbers,table{background:var(--card);border:1px solid var(--line);border-radius:10px}
.card{padding:1rem}
.verdict{margin:1.25rem 0 .75rem;padding:.85rem 1rem;border-left:6px solid var(--own)}
.verdict h2{margin:0;color:var(--own)}
.numbers{display:flex;flex-wrap:wrap;margin:0;padding:.75rem 1rem;gap:.5rem 2.5rem}
.numbers dt{color:var(--soft);font-size:.9rem}
.numbers dd{margin:0;font:600 1.35rem/1.3 inherit;font-family:inherit;font-size:1.35rem;font-weight:600;font-variant-numeric:tabular-nums}
.legend{display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;margin:.25rem 0 .5rem;color:var(--soft)}
svg text{fill:var(--soft);font-size:12px}
.picture>svg{display:block;width:100%;height:auto;overflow:visible}
.picture>svg a{color:var(--own)}.picture>svg a:hover{color:var(--text)}
.axis{stroke:var(--soft);stroke-width:1.5}.grid{stroke:var(--line)}
.narrow{display:none}.defs{position:absolute}
`;

const BARS = `
.bars li,.ticks{display:grid;grid-template-columns:minmax(8rem,18rem) minmax(8rem,1fr) 7.5rem 20rem;gap:0 .9rem;align-items:center}
.ticks svg{grid-column:2;overflow:visible}
.bars li{border-top:1px solid var(--line)}
.bars li>*{padding:.28rem 0}.bars .bar{padding:0;align-self:stretch;height:0;min-height:100%}
.bars b,.bars time{white-space:nowrap}
.bars a{color:inherit;text-decoration:none}.bars a:hover{text-decoration:underline}
.bars span{color:var(--soft);font-size:.9rem}
@media (max-width:1250px){.ticks .odd{display:none}}
.bars rect{fill:var(--bar);transform:translateY(-6px)}#lines{stroke:var(--line)}
.card details{margin-top:.75rem}.card details .ticks{margin-top:.5rem}
`;

const TABLE = `
table{width:100%;border-collapse:separate;border-spacing:0}
th,td{padding:.5rem .75rem;text-align:left;vertical-align:top}
thead th{font-size:.9rem;color:var(--soft);font-weight:600}
tbody th{font-weight:400;white-space:nowrap}
tbody tr:first-child>*{border-top:1px solid var(--line);padding:.6rem .75rem .25rem}
tbody .more td{padding:0 .75rem .6rem}
tbody td p{margin:0}
tbody .failure p{margin:.35rem 0}
tbody td:nth-child(3){color:var(--own);font-weight:600;white-space:nowrap}
tbody td:nth-child(4){white-space:nowrap;font-variant-numeric:tabular-nums}
tbody:target>tr>*{background:var(--mark)}
.failure{margin:.1rem 0 .6rem;padding-left:.75rem;border-left:3px solid var(--failed);max-width:60rem}
.verdict .failure{margin:.5rem 0 0;padding:0;border:0}
.more dl{display:flex;flex-wrap:wrap;gap:.1rem 1.5rem;margin:0}
.more dl div{display:flex;gap:.5rem;min-width:0}
.more dt{color:var(--soft);flex:none}.more dd{margin:0;min-width:0}
.facts{display:flex;flex-wrap:wrap;gap:.1rem 1.5rem;font-size:.93em}.facts details[open]{flex-basis:100%}
.filter{display:flex;gap:.5rem;align-items:center}.filter input{width:1.1rem;height:1.1rem;margin:0}
body:has(#only:checked) tbody.succeeded:not(:target){display:none}
`;

/** On a phone, a row is a card, and what is wide stands below itself. */
const SMALL = `
@media (max-width:760px){
body{padding:1rem .75rem 3rem}h1{font-size:1.6rem}
.wide{display:none}.narrow{display:block}.card{padding:.75rem}
.numbers{gap:.5rem 1.75rem}
.bars li{grid-template-columns:1fr 6.75rem;padding:.35rem 0}.bars li>*{padding:0}
.bars li a,.bars li span{grid-column:1/-1}.bars b{text-align:right}.bars .bar{min-height:1.5rem}
.ticks{display:block;padding-right:7.65rem}
table,tbody,tr,tbody th,td{display:block}thead{position:absolute;left:-999rem}
tbody{border-top:1px solid var(--line);padding:.6rem .75rem}
tbody:first-of-type{border-top:0}
tbody tr>*,tbody tr:first-child>*,tbody .more td{border:0;padding:.05rem 0}
tbody tr:first-child{display:flex;flex-wrap:wrap;gap:0 .9rem;align-items:baseline}
tbody td:nth-child(5){flex-basis:100%;padding-top:.3rem}
tbody:target>tr>*{background:none}tbody:target{background:var(--mark)}
.more{padding-top:.3rem}
.facts,.facts dl{display:block}.more dl div{display:block}.more dt,.more dd{display:inline}.more dt::after{content:' '}
}`;

const PRINT = `
@media print{html{font-size:10.5px}body{max-width:none;padding:0;background:none}
.skip,.filter{display:none}*{print-color-adjust:exact;-webkit-print-color-adjust:exact}
details::details-content{content-visibility:visible;block-size:auto}
tbody,.bars li,.verdict,.picture>svg{break-inside:avoid}h2{break-after:avoid}a{color:inherit;text-decoration:none}}`;

/** The whole style of the page; no element has one of its own, so that the policy can name it by its hash. */
export const STYLE = [COLORS, TEXT, BLOCKS, BARS, TABLE, SMALL, PRINT].join('');
