/**
 * Kinds of submit descriptions that astronomers publish beside their programs, in our own words: the habits of twelve
 * of them, with a program that writes what it was given. Commands that are not offered here are named apart.
 */

export interface Kind {
  readonly name: string
  readonly description: string
  /** The body of the job's shell script. */
  readonly script: string
  /** Lines that stand in the published ones, and are refused here with these words. */
  readonly refused?: readonly (readonly [line: string, words: RegExp])[]
  /** What each file of the job's directory has in the end. */
  readonly files: Readonly<Record<string, string>>
  /** The same with HTCondor 25, where that is something else. */
  readonly filesOf25?: Readonly<Record<string, string>>
}

const ARGS = 'for word in "$@"; do echo "<$word>"; done'

export const KINDS: readonly Kind[] = [
  {
    name: '1: two queue statements, a log for each job, nothing comes back',
    description: `universe = vanilla
RunAsOwner = True
environment = "HOME=/tmp/of_job PATH=/usr/bin:/bin"
should_transfer_files = YES
when_to_transfer_output = ON_EXIT
transfer_output_files = /dev/null

arguments = first
output = first.out
error = first.err
log = first.log
Queue

arguments = second
output = second.out
error = second.err
log = second.log
Queue
`,
    script: 'echo $1 $HOME',
    files: { 'first.out': 'first /tmp/of_job\n', 'second.out': 'second /tmp/of_job\n' },
    // Where a job runs as its owner, HTCondor 25 sets HOME itself.
    filesOf25: { 'first.out': 'first /home/alice\n', 'second.out': 'second /home/alice\n' },
  },
  {
    name: '2: a file named by the arguments, which come from a list',
    description: `output = tile_$(arguments).out
error  = tile_$(arguments).err
log    = tiles.log
queue arguments from (
  007
  h12v04
)
`,
    script: ARGS,
    files: { 'tile_007.out': '<007>\n', 'tile_h12v04.out': '<h12v04>\n', 'tile_007.err': '' },
  },
  {
    name: '3: on_exit_hold, periodic_release, files that come back',
    description: `output = run.out
error = run.err
log = run.log
should_transfer_files = YES
when_to_transfer_output = ON_EXIT
transfer_output_files = catalogue.txt, plots
on_exit_hold = (ExitBySignal == True) || (ExitCode != 0)
periodic_release = (NumJobStarts < 5) && ((CurrentTime - EnteredCurrentStatus) > 60)
queue
`,
    script: 'mkdir -p plots; echo 3 stars > catalogue.txt; echo plot > plots/a.txt; echo done',
    files: { 'run.out': 'done\n', 'catalogue.txt': '3 stars\n', 'plots/a.txt': 'plot\n' },
  },
  {
    name: '4: indented, an expression over lines, a batch name, items in a row',
    description: `   universe     = vanilla
   JobBatchName = "chain search"
   arguments    = --cid $(cid) --mode 'wide field'
   request_memory = ifthenelse( \\
       isUndefined(MemoryUsage), \\
       1024, \\
       MemoryUsage * 3 / 2 )
   output       = chain.$(cid).out
   error        = chain.$(cid).err
   log          = chain.log
   queue cid in 11 12
`,
    script: ARGS,
    refused: [
      ['getenv = True', /getenv = /],
      [
        'accounting_group = ligo.dev.o4.cbc',
        /accounting_group and accounting_group_user are not accepted here/,
      ],
    ],
    files: {
      'chain.11.out': "<--cid>\n<11>\n<--mode>\n<'wide>\n<field'>\n",
      'chain.12.out': "<--cid>\n<12>\n<--mode>\n<'wide>\n<field'>\n",
    },
  },
  {
    name: '5: requests and removal by expressions, no mail',
    description: `request_memory = 512 + 256 * NumJobStarts
request_cpus = 1
periodic_remove = (JobStatus == 2) && ((time() - EnteredCurrentStatus) > 86400)
notification = never
arguments = "a 'b c'"
output = o
error = e
log = l
queue
`,
    script: ARGS,
    files: { o: '<a>\n<b c>\n' },
  },
  {
    name: '6: tabs round the signs, $(PROCESS), an own attribute for the longest time',
    description: `Universe\t=\tvanilla
Arguments\t=\t$(PROCESS) c$(ClusterId).fits
+MaxRuntime\t=\t3600
Output\t=\tfit.$(Process).out
Error\t=\tfit.$(Process).err
Log\t=\tfit.log
Queue 2
`,
    script: 'echo $1',
    files: { 'fit.0.out': '0\n', 'fit.1.out': '1\n' },
  },
  {
    name: '7: an executable that is named by the items',
    description: `executable = $(filename)
output = $Fn(filename).out
error = $Fn(filename).err
log = scripts.log
queue filename matching files *.sh
`,
    script: 'echo ran',
    files: { 'program.out': 'ran\n' },
  },
  {
    name: '8: input files over lines, macros that change between queues',
    description: `should_transfer_files = yes
transfer_input_files = /etc/hostname, \\
    /etc/os-release, \\
    /etc/shells
log = all.log

band = g
output = $(band).out
arguments = $(band) $(mag)
mag = 21
queue
band = r
mag = 20.5
queue
`,
    script: 'test -s hostname && test -s os-release && test -s shells && echo "$@"',
    files: { 'g.out': 'g 21\n', 'r.out': 'r 20.5\n' },
  },
  // +RequestRuntime = 600 stands there, too: to HTCondor it asks for a machine that has Runtime, and the pool here has none.
  {
    name: '10: a shell with arguments, a transfer if needed, late materialization',
    description: `arguments = -c ignored
should_transfer_files = IF_NEEDED
when_to_transfer_output = ON_EXIT
max_materialize = 3
output = $(Process).out
error = $(Process).err
log = shell.log
queue 5
`,
    script: ARGS,
    files: Object.fromEntries([0, 1, 2, 3, 4].map((proc) => [`${proc}.out`, '<-c>\n<ignored>\n'])),
  },
  {
    name: '11: no environment, one variable, retries, a flavour of how long',
    description: `getenv = False
environment = "OMP_NUM_THREADS=1 MODE=fast"
on_exit_remove = (ExitBySignal == False) && (ExitCode == 0)
max_retries = 3
+JobFlavour = "longlunch"
output = $(ProcId).out
error = $(ProcId).err
log = c$(ClusterId).log
queue 2
`,
    script: 'echo $OMP_NUM_THREADS $MODE',
    files: { '0.out': '1 fast\n', '1.out': '1 fast\n' },
  },
  {
    name: '12: units in small letters',
    description: `request_memory = 1 gb
request_disk = 10 mb
output = o
error = e
log = l
queue
`,
    script: 'echo fits',
    files: { o: 'fits\n' },
  },
]

/** 9: a container with a GPU. The universe has no words of its own here: the image says it. */
export const CONTAINER = `docker_image = example/survey:1
request_gpus = 1
arguments = --gpu
output = o
error = e
log = l
queue
`
