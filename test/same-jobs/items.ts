/** Ways to queue many jobs, and the macros that make each of them another. */
import { benign, CLUSTER, utf8 } from './description.ts'

const ROW = `arguments = "'$(a)'"\n+A = "$(a)"`
const PAIR = 'arguments = $(a) then $(b)\n+B = "$(b)"'

export const itemsAndMacros = [
  benign('queue 5', `arguments = $(Process) $(ProcId) $(Step) $(Row) $(Item)`, 'queue 5'),
  benign('queue with a number by a macro', 'n = 3\narguments = $(Process)', 'queue $(n)'),
  benign('items in a list', ROW, 'queue a in (1, two, 3.5, x y)'),
  benign('items in a list, over lines', ROW, 'queue a in (\none\n  two three\nfour,five\n)'),
  benign('items that begin and end with blanks', ROW, 'queue a from (\n  x  \n\ty\t\n a\tb \n)'),
  benign('each item twice', `${ROW}\n+S = $(Step)`, 'queue 2 a in (x, y)'),
  benign('a slice of the items', ROW, 'queue a in [1:5:2] (p, q, r, s, t, u)'),
  benign('items without a name', 'arguments = $(Item) $(ItemIndex)', 'queue in (p, q)'),
  benign(
    'two columns',
    PAIR,
    'queue a,b from (\n1, one\n2, two words\n3,three,and more\n4 four\n)',
  ),
  benign('columns that are missing', PAIR, 'queue a,b from (\n1\n2,\n,3\n)'),
  benign('items with signs', ROW, 'queue a from (\n$x\nx$\n#1\na;b\n(x)\n[y]\n{z}\n\\\\\n%s\n=\n)'),
  benign('items with bytes', ROW, `queue a from (\n${utf8('é 日本')}\ncaf\xe9\n\xff\n)`),
  benign('items that are macros', `m = 7\n${ROW}`, 'queue a from (\n$(m)\nx$(m)y\n)'),
  benign('items with a match', 'arguments = $(a)', 'queue a from (\n$$(Memory)\n$$(Name)\n)'),
  benign(
    'commands as columns',
    'output = o.$(Process)',
    'queue arguments,request_memory from (\na 1\nb 2\nc 3\n)',
  ),
  benign(
    'a custom attribute as a column',
    '',
    'queue MY.Row,MY.Word from (\n1 "x"\n2 "y"\n3 undefined\n)',
  ),
  benign('files that match', 'arguments = $(f) $Fn(f)', 'queue f matching files *.sub'),
  benign(
    'files of another folder',
    'arguments = $(f) $Fnx(f) $Fp(f) $Fd(f)',
    'queue f matching /etc/host*',
  ),
  benign('items out of a file', 'arguments = "\'$(a)\'"', 'queue a from /etc/shells'),
  benign(
    'the number of the cluster',
    `output = o.${CLUSTER}.$(Process)\nerror = e.c$(ClusterId)c\nlog = l.${CLUSTER}.log\nbatch_name = n ${CLUSTER}\n` +
      `arguments = c$(Cluster)c $$(X)c$(Cluster)c $c$(Cluster)c\nenvironment = "C=${CLUSTER}"\n` +
      `+C = "x${CLUSTER}"\n+N = $(Cluster) + 990099`,
    'queue 3',
  ),
  benign(
    'the number of the cluster in items',
    `arguments = $(a)\n+A = "$(a)"`,
    `queue a from (\n${CLUSTER}\nx ${CLUSTER}, y\n)`,
  ),
  benign('the number of the job', 'arguments = c$(JobId)', 'queue 2'),
  benign(
    '$INT and $REAL',
    'n = 41 + 1\narguments = $INT(n) $INT(n,%04d) $REAL(n,%.3f) $INT(Process,%03d)',
    'queue 2',
  ),
  benign(
    '$INT beside the number of the cluster',
    'arguments = $INT(Process,%03d) c$(Cluster)c',
    'queue 2',
  ),
  benign('$CHOICE', 'l = a,b,c\narguments = $CHOICE(Process,l) $CHOICE(1,x,y,z)', 'queue 3'),
  benign('$SUBSTR', 't = submission\narguments = $SUBSTR(t,3) $SUBSTR(t,0,3) $SUBSTR(t,-4)'),
  benign('$RANDOM', 'arguments = $RANDOM_INTEGER(7,7) $RANDOM_CHOICE(only)'),
  benign(
    '$F and its kin',
    'p = /a b/c.d/file.tar.gz\narguments = $Fp(p) $Fn(p) $Fx(p) $Fnx(p) $Fd(p) $Fdb(p) $BASENAME(p) $DIRNAME(p)',
  ),
  benign('$EVAL and $STRING', 'x = 6 * 7\narguments = $EVAL(x) $STRING(x)'),
  benign('defaults of macros', 'arguments = $(a:none) $(b:$(c:deep)) $(Process:1)\na = set'),
  benign('macros of macros', 'a = 1\nb = $(a)2\nname = b\narguments = $(b)$($(name))\na = 9'),
  benign('a macro that takes in itself', 'a = 1\na = $(a) 2\na = $(a) 3\narguments = $(a)'),
  benign(
    'if, elif, else',
    'v = 2\nif defined w\n arguments = one\nelif defined v\n arguments = two\nelse\n arguments = many\nendif',
  ),
  benign('if version', 'if version >= 8.1\n+New = true\nelse\n+New = false\nendif'),
  benign('text over lines', 'arguments @=end\none \\\ntwo\n@end'),
  benign('a line that continues', 'arguments = one \\\n   two \\\n   three\n+X = "a\\\nb"'),
  benign('comments and empty lines', '# one\n\n  # two\narguments = 1\n#three \\\n+X = 1'),
  benign('lines that end in CR LF', 'arguments = a b\r\n+X = "y"\r'),
  benign(
    'names in any case',
    'ARGUMENTS = a\nOutPut = o\n+cUsToM = 1\nMy.Other = 2\nRequest_Memory = 5',
    'QUEUE 2',
  ),
]

/** The number of the cluster is not known when the jobs are checked: what is made of it cannot be. */
export const reckoning = [
  benign('$INT of the number', 'output = o.$INT(Cluster,%06d)'),
  benign('$INT by a macro', 'id = $(Cluster) + 1\narguments = $INT(id)'),
  benign('$SUBSTR of the number', 'id = $(JobId)\narguments = $SUBSTR(id,0,1)'),
  benign('$REAL of the number', 'arguments = $REAL(Cluster,%e)'),
]
