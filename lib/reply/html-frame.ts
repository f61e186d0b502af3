/** The frame of an HTML page: readable in light and dark, on paper and phones, without any script. */
import { createHash } from 'node:crypto'
import { xmlText } from './xml.ts'

const STYLE = `
:root{color-scheme:light dark;--line:light-dark(#c8ccd4,#454b57);--soft:light-dark(#f3f5f8,#22262e);
--quiet:light-dark(#555c68,#aab2bf);--link:light-dark(#0b57a4,#8ab8f0)}
*{box-sizing:border-box}
body{margin:0;font:1rem/1.5 system-ui,sans-serif;background:light-dark(#fff,#16181d);color:light-dark(#1a1d23,#e4e7ec)}
main{max-width:70rem;margin:0 auto;padding:1rem;overflow-wrap:break-word}
main.full{max-width:none}
h1{font-size:1.6rem;line-height:1.2}
h2{font-size:1.25rem;margin:2.5rem 0 .5rem}
h3{font-size:1.05rem;margin:1.5rem 0 .25rem}
a{color:var(--link)}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
.wide{overflow-x:auto;max-width:100%}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);border:1px solid var(--line);border-radius:.3rem;padding:.6rem .8rem}
code,pre{font-family:ui-monospace,monospace;font-size:.9rem}
:not(pre)>code{overflow-wrap:anywhere}
table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;vertical-align:top;padding:.3rem .6rem;border-bottom:1px solid var(--line)}
thead th{background:var(--soft);white-space:nowrap}
tbody th{font-weight:600;min-width:7rem;overflow-wrap:anywhere}
.cells td,.cells tbody th{min-width:0;white-space:nowrap;max-width:24rem;overflow:hidden;text-overflow:ellipsis}
.cells tbody:empty::after{content:"nothing";padding:.6rem;display:block}
.job{margin-bottom:2rem}
.job td{overflow-wrap:anywhere}
td.n{text-align:right}
.unit{font-weight:400;color:var(--quiet)}
summary{cursor:pointer;margin:1rem 0}
`

/** Nothing is loaded from anywhere, and no text of a user's can become a script. */
const POLICY =
  `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; ` +
  "img-src data:; base-uri 'none'; form-action 'none'"

/** Up to the heading; `full` takes the whole width of the window. */
export const pageHead = (title: string, full = false): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<link rel="icon" href="data:,">
<title>${xmlText(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main${full ? ' class="full"' : ''}>
<h1>${xmlText(title)}</h1>
`

export const PAGE_TAIL = '</main>\n</body>\n</html>\n'
