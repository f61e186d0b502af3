/** Jobs that would run on the submit host itself, or have something started there. */
import { family, jobs } from './description.ts'

const RUN = '+Cmd = "@PROGRAM@"\n+Args = "@ID@"'
const NUMBERS = [0, 1, 4, 7, 8, 9, 10, 11, 12, 13, -5]

const byName = jobs(
  ...['local', 'scheduler', 'Local', 'SCHEDULER'].map((name) => `universe = ${name}\n${RUN}`),
  `universe = parallel\nmachine_count = 2\n${RUN}`,
  'universe = vm\nvm_type = kvm\nvm_memory = 100\nvm_disk = a:b:w',
  'universe = grid\ngrid_resource = condor 127.0.0.1 127.0.0.1',
  'universe = grid\ngrid_resource = batch slurm',
  'universe = grid\ngrid_resource = batch @PROGRAM@',
  `U = local\nuniverse = $(U)\n${RUN}`,
  'universe = $(U:scheduler)',
  'uni\\\nverse = local',
  'universe = vanilla\nuniverse = local',
  'if true\nuniverse = local\nendif',
  'max_materialize = 1\nU = local\nuniverse = $(U)',
  '+DAGNodeName = "x"\nU = scheduler\nuniverse = $(U)',
  'executable = /usr/bin/condor_dagman\nU = scheduler\nuniverse = $(U)',
)

const byAttribute = jobs(
  ...NUMBERS.map((number) => `+JobUniverse = ${number}\n${RUN}`),
  ...['MY.JobUniverse', 'My.jobuniverse', '+JOBUNIVERSE', 'JobUniverse'].map(
    (name) => `U = 12\n${name} = $(U)\n${RUN}`,
  ),
  'U = "12"\n+JobUniverse = $(U)',
  'U = 12.0\n+JobUniverse = $(U)',
  '+JobUniverse = ifThenElse(time() > 2000000000, 12, $(U:5))',
  '+JobUniverse = $(U:undefined)',
  '+JobUniverse = $(U:error)',
  '+JobUniverse = $(U:Other)\n+Other = 12',
  'JobUniv\\\nerse = 12\n+JobUniv\\\nerse = 12',
  ...[7, 12].map((number) => `if true\n+JobUniverse = ${number}\nendif\n${RUN}`),
)

const DAG = 'JOB A a.sub\nSCRIPT PRE A /canary/mark dag\nPARENT A CHILD B\n'

/** What is no universe here, or no description at all. */
const odd = [
  DAG,
  `${DAG}queue\n`,
  `arguments = x\nqueue\nU = local\nuniverse = $(U)\n${RUN}\nqueue\n`,
  ...jobs(
    'universe = local # vanilla',
    'universe = java',
    'universe = mpi',
    'universe = standard',
    'universe = grid\ngrid_resource = ec2 http://127.0.0.1:9/\nec2_access_key_id = /home/bob/secret',
    'universe @=x\nlocal\n@x',
    'universe : local',
    'U = 12\n+ JobUniverse = $(U)',
    'U = 12\n-JobUniverse = $(U)',
    '+JobUniverse = $(U:5 + 7)',
  ),
]

export const universes = [
  ...family('universes', [...byName, ...byAttribute]),
  ...family('no-universes', odd),
]
