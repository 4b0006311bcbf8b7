/** Okabe & Ito's colours, told apart by colour-blind readers, each darkened or lightened for its background. */
export const STYLE = `
:root{color-scheme:light dark;--bg:#fff;--fg:#1b1f24;--soft:#667;--line:#dde;--c0:#0072b2;--c1:#d55e00;--c2:#009e73;--c3:#b8569a;--c4:#8a6d00;--c5:#3a9bd0;--c6:#555;--c7:#99a}
@media(prefers-color-scheme:dark){:root{--bg:#14171b;--fg:#e6e8eb;--soft:#9aa3ad;--line:#30363d;--c0:#56b4e9;--c1:#f08a4b;--c2:#3ccf9f;--c3:#e29bc8;--c4:#e6c84a;--c5:#7fb8e0;--c6:#aaa;--c7:#667}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem;max-width:1360px;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
h1{font-size:1.5rem;margin:0 0 .5rem}h2{font-size:1.1rem}
code{font:13px ui-monospace,monospace;overflow-wrap:anywhere}
.wide{overflow-x:auto}table{border-collapse:collapse;font-variant-numeric:tabular-nums;font-size:13px;white-space:nowrap}
th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:right}th:nth-child(-n+2),td:nth-child(-n+2){text-align:left}
th{color:var(--soft);font-weight:600;white-space:normal;vertical-align:bottom;min-width:3.5rem}
details{border:1px solid var(--line);border-radius:8px;margin:.6rem 0;padding:.5rem 1rem}summary{cursor:pointer;font-weight:600}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,370px),1fr));gap:1rem}
svg{width:100%;height:auto;max-width:460px;font:11px system-ui,sans-serif}svg text{fill:var(--soft)}svg .title{fill:var(--fg);font-size:12.5px;font-weight:600}
.grid{stroke:var(--line);stroke-width:1}path{fill:none;stroke-width:1.8}path.dashed{stroke-dasharray:4 4;stroke-width:1.2}
.bars{opacity:.5}.legend{position:sticky;top:0;background:var(--bg);padding:.4rem 0;z-index:1}
.name{white-space:nowrap;margin-right:1.2em}.key{display:inline-block;width:1.1em;height:.6em;border-radius:2px;margin-right:.4em}
${Array.from({ length: 8 }, (_, i) => `path.c${i}{stroke:var(--c${i})}g.c${i}{fill:var(--c${i})}.key.c${i}{background:var(--c${i})}`).join("")}
`;
