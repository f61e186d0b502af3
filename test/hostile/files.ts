/** Files that are not alice's, and files that are no files, asked for in every place that takes one. */
import { endless, family, HOLD, jobs, SECRETS } from './description.ts'

/** By condor_submit as it reads, or by the shadow that brings files to the worker. */
const readings = (path: string) => [
  `F = ${path}\ninclude : $(F)\n${HOLD}\n+Leak = "$(leaked)"\nqueue\n`,
  `${HOLD}\narguments = $(x)\nqueue x from ${path}\n`,
  ...jobs(
    `input = ${path}\noutput = out`,
    `transfer_input_files = ${path}\nshould_transfer_files = YES\noutput = out`,
    `+In = "${path}"\n+TransferIn = true\noutput = out`,
  ),
]

const once = jobs(
  `executable = ${SECRETS.bob}`,
  `+Cmd = "${SECRETS.bob}"\n+TransferExecutable = true`,
  `+TransferInput = "${SECRETS.bob}"\nshould_transfer_files = YES\noutput = out`,
  `x509userproxy = ${SECRETS.bob}`,
  `+x509userproxy = "${SECRETS.bob}"\noutput = out`,
  `scitokens_file = ${SECRETS.bob}\nuse_scitokens = true`,
  `container_image = ${SECRETS.bob}`,
  `docker_image = x\ntransfer_input_files = ${SECRETS.root}`,
  `public_input_files = ${SECRETS.bob}\noutput = out`,
  `encrypt_input_files = ${SECRETS.bob}\ntransfer_input_files = ${SECRETS.bob}\nshould_transfer_files = YES`,
  `transfer_input_files = /home/bob/\nshould_transfer_files = YES\noutput = out`,
  `transfer_input_files = file://${SECRETS.bob}\nshould_transfer_files = YES\noutput = out`,
  `transfer_input_files = file://${SECRETS.root}\nshould_transfer_files = YES\noutput = out`,
  `transfer_input_files = ../../../bob/secret\nshould_transfer_files = YES\noutput = out`,
  `transfer_input_files = /home/alice/link\nshould_transfer_files = YES\noutput = out`,
  `transfer_input_files = /proc/self/root${SECRETS.root}\nshould_transfer_files = YES\noutput = out`,
  `initialdir = /home/bob\ntransfer_input_files = secret\nshould_transfer_files = YES`,
  `initialdir = /root\ninput = secret`,
  `+Iwd = "/root"\ninput = secret\noutput = out`,
  `aws_access_key_id_file = ${SECRETS.bob}\naws_secret_access_key_file = ${SECRETS.root}\n` +
    'transfer_input_files = s3://127.0.0.1/x\nshould_transfer_files = YES',
  `+EC2AccessKeyId = "${SECRETS.root}"\n+EC2SecretAccessKey = "${SECRETS.root}"\n` +
    '+TransferInput = "s3://127.0.0.1/x"\nshould_transfer_files = YES',
  `+StageInStart = 1\n+StageInFinish = 1\n+TransferInput = "${SECRETS.root}"\nshould_transfer_files = YES`,
  `environment = "X=$(leaked)"\nhold = true`,
  'arguments = $ENV(SUDO_COMMAND) $ENV(PATH) $ENV(HOME)\nhold = true',
  'arguments = $F(/home/bob/secret) $Fqpn(/root/secret) $BASENAME(/root/secret)\nhold = true',
  'getenv = true',
  'getenv = *',
  'getenv = SUDO_*, PATH\nhold = true',
  `stack_size = 1\nimage_size = ${SECRETS.root}`,
  `job_ad_information_attrs = Env\nlog = log`,
  `use_oauth_services = x\nx_oauth_permissions = y\nx_oauth_resource = ${SECRETS.bob}`,
  'send_credential = true',
  `MyProxyHost = 127.0.0.1:9\nMyProxyCredentialName = x\nMyProxyPassword = x`,
  `jar_files = ${SECRETS.bob}`,
  `append_files = ${SECRETS.bob}`,
)

const queued = [
  `${HOLD}\narguments = $(x)\nqueue x matching ${SECRETS.bob}\n`,
  `${HOLD}\narguments = $(x)\nqueue x matching /home/bob/*\n`,
  `${HOLD}\narguments = $(x)\nqueue x matching dirs /root/* /var/lib/condor-gate/*\n`,
  `${HOLD}\narguments = $(x)\nqueue x matching any (/root/* /home/bob/.*)\n`,
  `max_materialize = 1\n${HOLD}\narguments = $(x)\nqueue x from ${SECRETS.bob}\n`,
  `max_materialize = 1\n${HOLD}\narguments = $(x)\nqueue x from /home/alice/link\n`,
  `F = /home/alice/link\ninclude : $(F)\nqueue\n`,
  `F = /etc/shadow\ninclude : $(F)\nqueue\n`,
  `F = /proc/1/environ\ninclude : $(F)\nqueue\n`,
  `F = /proc/self/mem\ninclude : $(F)\nqueue\n`,
  `F = /proc/self/fd/0\ninclude : $(F)\nqueue\n`,
  `F = /dev/stdin\ninclude : $(F)\nqueue\n`,
  `F = /dev/mem\ninclude : $(F)\nqueue\n`,
  `F = /home/bob\ninclude : $(F)\nqueue\n`,
  `F = /\ninclude : $(F)\nqueue\n`,
  `${HOLD}\nqueue x from /proc/1/environ\n`,
  `${HOLD}\nqueue x from /dev/stdin\n`,
]

/** What the shadow would read for ever; that is the job's own trouble, and ends with the job. */
const devices = jobs(
  ...['/dev/zero', '/proc/1/environ', '/dev/full'].flatMap((path) => [
    `input = ${path}\nshould_transfer_files = YES`,
    `transfer_input_files = ${path}\nshould_transfer_files = YES`,
  ]),
)

export const files = family('files', [
  ...Object.values(SECRETS).flatMap(readings),
  ...jobs(`include : ${SECRETS.bob}`, 'include : /home/bob/', 'include ifexist : /root/secret'),
  ...once,
  ...queued,
  ...devices,
  endless('F = /dev/zero\ninclude : $(F)\nqueue\n'),
  endless(`${HOLD}\nqueue x from /dev/zero\n`),
  endless('F = /dev/ptmx\ninclude : $(F)\nqueue\n'),
  endless('F = /home/alice/fifo\ninclude : $(F)\nqueue\n'),
])
