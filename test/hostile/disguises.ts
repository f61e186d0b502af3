/** Words that look as if they could start a program, or switch something of condor_submit. */
import { family, HOLD, jobs } from './description.ts'

const includes = jobs(
  'include command @MARK@',
  'INCLUDE COMMAND : @MARK@',
  'include : "@PROGRAM@" |',
  'include : @MARK@ | # a comment',
  'include : | @MARK@',
  'include : /bin/sh -c "@MARK@" |',
  'include : /lib64/ld-linux-x86-64.so.2 /usr/bin/touch /canary/touched |',
  'include : http://127.0.0.1:9/x',
  'include : https://127.0.0.1:9/x |',
  'incl\\\n# not here\nude : @MARK@ |',
  'x = a \\\r\ninclude : @MARK@ |',
  'I = include\n$(I) : @MARK@ |',
  'K = command\ninclude $(K) : @MARK@',
  'include : $(NOT_SET:@MARK@ |)',
  'include : $CHOICE(0, @PROGRAM@ |, x)',
  'include : $Fq(@PROGRAM@) |',
  'include : $(DOLLAR)(C) @MARK@ |',
  'include : $ENV(SHELL) -c "@MARK@" |',
  'if defined UNIVERSE\nC = @MARK@ |\ninclude : $(C)\nendif',
)

const queues = [
  'Q = queue x from @MARK@ |\n$(Q)\n',
  'queue x from table @MARK@ |\n',
  'queue x from /bin/sh -c "@MARK@" |\n',
  `S = @MARK@ |\n${HOLD}\nqueue\nqueue x from $(S)\n`,
  `${HOLD}\nqueue x in (@MARK@ |)\n`,
  `${HOLD}\nqueue x from (\n@MARK@ |\n)\n`,
  'queue x matching files @MARK@ |\n',
  'S = @MARK@ |\nqueue x matching $(S)\n',
]

/** Options of condor_submit, its own words, and knobs of the configuration. */
const words = jobs(
  '-dry-run /home/alice/dry',
  '-append "include : @MARK@ |"',
  '-spool',
  'dry_run = /home/alice/dry',
  'error : @MARK@ |',
  'warning : @MARK@ |',
  'use feature : GPUs',
  'use template : @MARK@',
  'use feature : StartdCronOneShot(x, @PROGRAM@)',
  'use feature : ScheddCronPeriodic(x, 1, @PROGRAM@)',
  'hold = true\nLOCAL_CONFIG_FILE = @MARK@ |',
  'hold = true\nMAIL = @PROGRAM@',
  'hold = true\nCLASSAD_USER_LIBS = /canary/library.so',
  'hold = true\nCLASSAD_USER_PYTHON_MODULES = os',
  'hold = true\nSUBMIT_REQUIREMENT_NAMES =',
  'hold = true\nSUBMIT_ALLOW_GETENV = True\ngetenv = true',
  'hold = true\nSUBMIT_ATTRS = X\nX = @MARK@',
  'hold = true\nSUBMIT_TEMPLATE_NAMES = x\nSUBMIT_TEMPLATE_x = @MARK@ |\nuse template : x',
)

/** Words of a user's that sound like trouble of the host, which would be 503 or 403. */
const excuses = [
  "error : Can't find address of local schedd\nqueue\n",
  `${HOLD}\nqueue\nerror : Can't find address of local schedd\n`,
  `${HOLD}\nqueue\nerror : sudo: a password is required\n`,
  'E @=end\nx\nsudo: a password is required\nSECMAN:2007:x\n@end\nerror : $(E)\nqueue\n',
]

export const disguises = family('disguises', [...includes, ...queues, ...words, ...excuses])
