import { Markup } from './markup.ts';

/** Dark and light by the reader's choice; on paper always light, with its colours, and nothing folded away that was open. */
export const STYLE = new Markup(`
:root {
	color-scheme: light dark;
	--page: #fbfbfa; --card: #fff; --line: #e2e1dd; --text: #1d1f23; --quiet: #63676f;
	--good: #1a7f4b; --bad: #c0312b; --warn: #9a6700; --bar: #3b6fd4; --bar-quiet: #b9c8ea; --accent: #3b6fd4;
	--good-back: #e2f3e9; --bad-back: #fbe6e4; --warn-back: #fdf3d8; --quiet-back: #efeeea;
}
@media (prefers-color-scheme: dark) {
	:root {
		--page: #14161a; --card: #1b1e24; --line: #31353d; --text: #e5e6e8; --quiet: #9ba1ab;
		--good: #56c98c; --bad: #ff8179; --warn: #e8bf55; --bar: #6f9df2; --bar-quiet: #34466c; --accent: #8fb3f7;
		--good-back: #17352a; --bad-back: #41211f; --warn-back: #3a3013; --quiet-back: #262a31;
	}
}
@media print {
	:root {
		color-scheme: light;
		--page: #fff; --card: #fff; --line: #ccc; --text: #000; --quiet: #444;
		--good: #1a7f4b; --bad: #c0312b; --warn: #9a6700; --bar: #3b6fd4; --bar-quiet: #b9c8ea; --accent: #1d4ea8;
		--good-back: #e2f3e9; --bad-back: #fbe6e4; --warn-back: #fdf3d8; --quiet-back: #efeeea;
	}
	body { font-size: 9pt; }
	main { max-width: none; padding: 0; }
	section { box-shadow: none; break-inside: auto; }
	h2, h3, tr, .facts > div { break-inside: avoid; }
	h2, h3, h3 + p, thead { break-after: avoid; }
	details summary { display: none; }
	details::details-content { content-visibility: visible; }
	.axis span:nth-child(even) { display: none; }
}
* { box-sizing: border-box; print-color-adjust: exact; -webkit-print-color-adjust: exact; }
body { margin: 0; background: var(--page); color: var(--text); font: 14px/1.45 system-ui, sans-serif; }
main { max-width: 1120px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { font-size: 15px; font-weight: 500; margin: 0; color: var(--quiet); }
h1 strong { display: block; color: var(--text); font: 600 22px/1.3 ui-monospace, monospace; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 0 0 12px; }
h3 { font-size: 14px; margin: 20px 0 6px; font-weight: 600; overflow-wrap: anywhere; }
h3:first-of-type { margin-top: 0; }
h3 + p { margin: 0 0 8px; }
header { display: flex; gap: 16px; align-items: flex-start; justify-content: space-between; margin-bottom: 20px; }
section { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 20px; margin-top: 16px; }
.badge { display: inline-block; border-radius: 999px; padding: 2px 10px; font-size: 12px; font-weight: 600; white-space: nowrap; }
header .badge { font-size: 15px; padding: 6px 16px; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); } .quiet { color: var(--quiet); }
.badge.good { background: var(--good-back); } .badge.bad { background: var(--bad-back); }
.badge.warn { background: var(--warn-back); } .badge.quiet { background: var(--quiet-back); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(210px, 1fr)); gap: 14px 24px; margin: 0; }
.facts dt { color: var(--quiet); font-size: 12px; }
.facts dd { margin: 0; overflow-wrap: anywhere; }
.mono, code { font-family: ui-monospace, monospace; font-size: 12px; overflow-wrap: anywhere; }
.gaps { list-style: none; margin: 16px 0 0; padding: 0; }
.gaps li { background: var(--warn-back); color: var(--text); border-radius: 8px; padding: 8px 12px; margin-top: 6px; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 500; color: var(--quiet); font-size: 12px; border-bottom: 1px solid var(--line); padding: 4px 8px 4px 0; }
td { min-width: 64px; vertical-align: top; border-bottom: 1px solid var(--line); padding: 5px 8px 5px 0; overflow-wrap: anywhere; }
tr:last-child td { border-bottom: 0; }
.time { white-space: nowrap; font-variant-numeric: tabular-nums; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.stages { table-layout: fixed; }
.stages td { min-width: 0; border-bottom: 0; padding: 2px 8px 2px 0; overflow-wrap: anywhere; }
.stages .module td { padding-top: 12px; font-weight: 600; }
.stages col.what { width: 40%; } .stages col.when { width: 84px; } .stages col.took { width: 76px; }
.depth-1 { padding-left: 14px; } .depth-2 { padding-left: 28px; } .depth-3 { padding-left: 42px; } .depth-4 { padding-left: 56px; }
.track { position: relative; height: 18px; background: linear-gradient(to right, var(--line) 1px, transparent 1px) 0 0 / 25% 100%; border-right: 1px solid var(--line); }
.bar { position: absolute; top: 4px; height: 10px; min-width: 2px; border-radius: 2px; background: var(--bar); }
.module .bar { background: var(--bar-quiet); }
.bar.bad { background: var(--bad); } .module .bar.bad { background: var(--bad); opacity: .35; }
.bar.moment { width: 8px; height: 8px; top: 5px; margin-left: -4px; border-radius: 50%; }
.axis { display: flex; justify-content: space-between; color: var(--quiet); font-size: 11px; font-weight: 400; white-space: nowrap; }
.picture { overflow-x: auto; }
.picture svg { display: block; max-width: 100%; height: auto; font: 12px system-ui, sans-serif; }
.picture rect { fill: var(--page); stroke: var(--line); }
.picture .start rect { stroke: var(--accent); stroke-width: 2.5; }
.picture .source rect, .picture .destination rect { fill: var(--quiet-back); }
.picture .entry rect { stroke: var(--warn); stroke-dasharray: 4 3; }
.picture text { fill: var(--text); } .picture .kind { fill: var(--quiet); font-size: 10px; }
.picture path { fill: none; stroke: var(--quiet); stroke-width: 1.3; } .picture path.reject { stroke: var(--bad); }
.picture marker path { fill: var(--quiet); stroke: none; }
details summary { cursor: pointer; color: var(--accent); }
details dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 6px 0; font-size: 12px; }
details dt { color: var(--quiet); } details dd { margin: 0; overflow-wrap: anywhere; }
footer { color: var(--quiet); font-size: 12px; margin-top: 20px; }
@media (max-width: 860px) { .axis span:nth-child(even) { display: none; } }
@media (max-width: 720px) { .axis span:nth-child(3) { display: none; } .stages col.what { width: 50%; } main { padding: 16px 12px; } section { padding: 14px; } }
`);
