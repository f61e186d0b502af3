/** Arguments and environments, in both of HTCondor's syntaxes, with every sign that means something to somebody. */
import { benign, utf8 } from './description.ts'

const ARGUMENTS: Readonly<Record<string, string>> = {
  words: 'one two  three',
  none: '',
  'a backslash and a quote': 'a\\b \\\\c C:\\dir\\ d\\"e',
  'quotes of the shell': `it's 'not quoted' \\\\"here\\\\"`,
  dollars: 'a$b $ $$ $$$ $1 ${x} $(nothing) cost:5$',
  'dollars in the end': 'x$',
  'a match': '$$(Memory) $$(Machine:none)',
  'a dollar by its macro': 'a$(DOLLAR)b $(DOLLAR)(HOME) $(DOLLAR) $(DOLLAR)',
  separators: 'a;b,c;;d,,e | f & g > h < i',
  'a tab': 'a\tb \t c',
  'UTF-8': utf8('é 日本 ☃ e\u0301 𝒳'),
  'Latin-1': 'caf\xe9 \xff\xfe \x80 \xa0x',
  brackets: '( [ { ) ] } (( ))',
  signs: '!#%&*+,-./:;<=>?@^_`|~',
  'a comment': 'a # b',
  'blanks round it': '   a   ',
  'an expression': 'MY.ClusterId + 1 == TARGET.Memory',
  percent: '100%s %d %n',
}

const QUOTED: Readonly<Record<string, string>> = {
  words: '"one two"',
  'a blank within': `"one 'two three' four"`,
  'doubled quotes': `"say ""hello"" 'it''s' '''' ''"`,
  'a backslash': '"a\\b \\\\ c\\"',
  dollars: '"a$b $$ \'$ $\' $1"',
  'a match': '"$$(Memory) \'$$(Name:no name)\'"',
  signs: `"a;b,c # | & < > ( ) [ ] { } ! % * ? ~ ^ = + @ : /"`,
  'UTF-8': utf8(`"'日本 語' é"`),
  'Latin-1': `"'caf\xe9 \xff'"`,
  'a tab': `"'a\tb'"`,
  none: '""',
}

const ENVIRONMENTS: Readonly<Record<string, string>> = {
  one: 'A=1',
  several: 'A=1;B=two words;C=x=y',
  'an empty one': 'A=;B=',
  'a backslash': 'P=C:\\x;Q=a\\b',
  quoted: '"A=1 B=2"',
  'quoted, with blanks': `"A='one two' B='it''s' C=""q"" D="`,
  'quoted, with dollars': `"A=a$b B=$$ C='$ x' D=$(DOLLAR)(HOME)"`,
  'quoted, with separators': `"A=a;b B='|' C=a,b PATH=/bin:/usr/bin"`,
  'quoted, with UTF-8': utf8(`"A='é 日本'"`),
  'quoted, with Latin-1': '"A=caf\xe9"',
  'a match': '"M=$$(Memory)"',
}

const each = (command: string, kind: string, texts: Readonly<Record<string, string>>) =>
  Object.entries(texts).map(([name, text]) =>
    benign(`${command}, ${kind}: ${name}`, `${command} = ${text}`),
  )

export const argumentsAndEnvironments = [
  ...each('arguments', 'plain', ARGUMENTS),
  ...each('arguments', 'quoted', QUOTED),
  ...each('environment', 'plain', ENVIRONMENTS),
  benign('getenv of names', 'getenv = HOME, LANG, NOSUCH*'),
  benign('getenv and environment', 'getenv = HOME\nenvironment = "HOME=/x B=2"'),
  benign('$ENV()', 'arguments = $ENV(HOME) $ENV(NOSUCH:none)'),
  benign('the older names', 'args = a b\nenv = A=1'),
]
