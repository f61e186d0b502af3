/** Programs that condor_submit starts while it reads the description, were it not for NOEXEC. */
import { family, HOLD, jobs } from './description.ts'

const include = jobs(
  'include command : @MARK@',
  'include command: @MARK@',
  'include command into list.sub : @MARK@',
  'include command into /home/alice/list.sub : @MARK@',
  'include command into /etc/list.sub : @MARK@',
  'include : @MARK@ |',
  'include: @MARK@|',
  'include ifexist : @MARK@ |',
  'include ifexist command : @MARK@',
  'include output : @MARK@ |',
  '@include : @MARK@ |',
  '@include command : @MARK@',
  ' \t include   :\t@MARK@   |  ',
  'InClUdE : @MARK@ |',
  'include\tcommand\t:\t@MARK@',
  'include\vcommand : @MARK@',
  'include : @MARK@ ||',
  'include : @MARK@ | @MARK@ |',
  'include command : /usr/bin/env @MARK@',
  'include : ../../../../../canary/mark @ID@ |',
  'include : /proc/self/root/canary/mark @ID@ |',
)

const continued = jobs(
  'incl\\\nude command : @MARK@',
  'include \\\ncommand : @MARK@',
  'include command : \\\n@MARK@',
  'include : @MARK@ \\\n|',
  'incl\\  \n   ude : @MARK@ |',
  'i\\\nn\\\nc\\\nl\\\nu\\\nd\\\ne : @MARK@ |',
  'include : /cana\\\nry/mark @ID@ |',
  '# a comment \\\ninclude : @MARK@ |',
  'x = a \\\n\ninclude : @MARK@ |',
  'incl\\\r\nude : @MARK@ |',
)

const macros = jobs(
  'C = @MARK@ |\ninclude : $(C)',
  'C = @MARK@\ninclude command : $(C)',
  'P = |\ninclude : @MARK@ $(P)',
  'A = /can\nB = ary/mark\ninclude : $(A)$(B) @ID@ |',
  'C = $(D)\nD = @MARK@ |\ninclude : $(C)',
  'C @=end\n@MARK@ |\n@end\ninclude : $(C)',
  'C @=end\nx\n@end\ninclude : @MARK@ |',
  'include = x\ninclude : @MARK@ |',
  'include.x = 1\ninclude : @MARK@ |',
)

const conditions = jobs(
  'if true\ninclude : @MARK@ |\nendif',
  'if ! false\ninclude command : @MARK@\nendif',
  'if false\nelse\ninclude : @MARK@ |\nendif',
  'if false\nelif true\nC = @MARK@ |\ninclude : $(C)\nendif',
  'if version >= 8.0\nC = @MARK@ |\ninclude : $(C)\nendif',
  'if $(X:1)\nif true\nC = @MARK@ |\ninclude command into a : $(C)\nendif\nendif',
  'if true\nendif\nincl\\\nude : @MARK@ |',
  'if true\ninclude : @MARK@ |',
)

const queues = [
  'queue x from @MARK@ |\n',
  'queue from @MARK@ |\n',
  'queue 2 x,y from @MARK@ |\n',
  'queue x from [:1] @MARK@ |\n',
  'QUEUE X FROM @MARK@ |\n',
  'queue x from @MARK@|\n',
  'queue x from @MARK@ |  \t\n',
  'queue x from @MARK@ |',
  'que\\\nue x from @MARK@ |\n',
  'queue x from \\\n@MARK@ |\n',
  'queue x fr\\\nom @MARK@ |\n',
  'S = @MARK@ |\nqueue x from $(S)\n',
  'P = |\nqueue x from @MARK@ $(P)\n',
  'F = from\nqueue x $(F) @MARK@ |\n',
  'S = @MARK@ |\nmax_materialize = 1\nqueue x from $(S)\n',
  'S = @MARK@ |\nmax_idle = 1\nqueue x from $(S)\n',
  `S = @MARK@ |\nif true\n${HOLD}\nqueue x from $(S)\nendif\n`,
]

export const programs = family('programs', [
  ...include,
  ...continued,
  ...macros,
  ...conditions,
  ...queues,
])
