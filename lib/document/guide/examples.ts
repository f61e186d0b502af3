/** Command lines of the page, filled in for this host: each can be pasted into a shell. */
import type { Addresses } from '../address.ts'

const IMAGE = 'vmi:a4728b62-d15f-4e10-8475-1481ea3037d4'
const FLAVOR = 'fli:de7afe99-a559-4744-bab7-fbc30e85fcfc'

const FILES = `cat > job.sub <<'END'
output = job.out
error = job.err
log = job.log
arguments = hello
queue
END
cat > program.sh <<'END'
#!/bin/sh
echo "$@"
END`

export interface Examples {
  /** `curl` as somebody, to /proc/job with this query; `-E` where the site takes certificates. */
  curl(query: string, ...options: string[]): string
  readonly submit: string
  readonly vospace: string
  readonly onVm: string
  readonly retry: string
  /** A whole program, which submits and then lists. */
  readonly python: string
}

export function examplesFor({ certificate, password }: Addresses): Examples {
  const [who, url] =
    certificate === undefined
      ? ['-u name', `${password}/auth/job`]
      : ['-E cert.pem', `${certificate}/job`]
  const curl = (query: string, ...options: string[]) =>
    ['curl', who, ...options, `"${url}${query === '' ? '' : `?${query}`}"`].join(' ')
  const submit = (query: string, ...options: string[]) =>
    curl(`${query}&image=${IMAGE}&flavor=${FLAVOR}`, '-X POST', ...options)
  const parts = ['-F "job_sub=<job.sub"', '-F "exec_ls=<program.sh"']
  return {
    curl,
    submit: `${FILES}\n${submit('job=jobFile,param:job_sub&exec=execFile,param:exec_ls', ...parts)}`,
    vospace: submit(
      'job=jobFile,param:job_sub&exec=execFile,vos://cadc.nrc.ca~vospace/test/myProgram.exe',
      '-F "job_sub=<job.sub"',
    ),
    onVm: submit(
      'job=jobFile,vos://cadc.nrc.ca~vospace/test/myJobSubmitFile&exec=execFile,vm:/my/folder/myProgram.exe',
    ),
    retry: submit(
      'job=jobFile,param:job_sub&exec=execFile,param:exec_ls',
      '-H "Idempotency-Key: night-42"',
      '--retry 5',
      ...parts,
    ),
    python: python(
      url,
      certificate === undefined
        ? 'session.auth = ("name", "password")'
        : 'session.cert = "cert.pem"  # your certificate and its key',
    ),
  }
}

const python = (url: string, credentials: string): string => `import io
import uuid

import requests
from astropy.table import Table

JOBS = "${url}"
session = requests.Session()
${credentials}

# submit; after 409, 503 or no answer send the same again, with the same key
key = str(uuid.uuid4())
with open("job.sub", "rb") as description, open("program.sh", "rb") as program:
    r = session.post(
        JOBS,
        params={
            "job": "jobFile,param:job_sub",
            "exec": "execFile,param:exec_ls",
            "image": "${IMAGE}",
            "flavor": "${FLAVOR}",
        },
        files={"job_sub": description, "exec_ls": program},
        headers={"Idempotency-Key": key},
    )
if not r.ok:
    raise SystemExit(r.text)
print("cluster", r.text)

# list your own jobs
r = session.get(JOBS, params={"user": "me"})
if not r.ok:
    raise SystemExit(r.text)
jobs = Table.read(io.BytesIO(r.content), format="votable")
print(jobs["Job_ID", "Status", "Command"])`
