/** Command lines of the page, filled in for this host: each can be pasted into a shell. */
import type { Addresses } from './address.ts'

const VM =
  'image=vmi:a4728b62-d15f-4e10-8475-1481ea3037d4&flavor=fli:de7afe99-a559-4744-bab7-fbc30e85fcfc'

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
  readonly submitParts: string
  readonly submitVospace: string
  readonly submitOnVm: string
  readonly retry: string
}

export function examplesFor({ certificate, password }: Addresses): Examples {
  const [who, base] =
    certificate === undefined
      ? ['-u name', `${password}/auth/job`]
      : ['-E cert.pem', `${certificate}/job`]
  const curl = (query: string, ...options: string[]) =>
    ['curl', who, ...options, `"${base}${query === '' ? '' : `?${query}`}"`].join(' ')
  const submit = (query: string, ...options: string[]) =>
    curl(`${query}&${VM}`, '-X POST', ...options)
  const parts = ['-F "job_sub=<job.sub"', '-F "exec_ls=<program.sh"']
  return {
    curl,
    submitParts: `${FILES}\n${submit('job=jobFile,param:job_sub&exec=execFile,param:exec_ls', ...parts)}`,
    submitVospace: submit(
      'job=jobFile,param:job_sub&exec=execFile,vos://cadc.nrc.ca~vospace/test/myProgram.exe',
      '-F "job_sub=<job.sub"',
    ),
    submitOnVm: submit(
      'job=jobFile,vos://cadc.nrc.ca~vospace/test/myJobSubmitFile&exec=execFile,vm:/my/folder/myProgram.exe',
    ),
    retry: submit(
      'job=jobFile,param:job_sub&exec=execFile,param:exec_ls',
      '-H "Idempotency-Key: night-42"',
      '--retry 5',
      ...parts,
    ),
  }
}
