/** A VOSpace for the local service, with the files that the original documentation's examples name. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { documentationFiles, startVospace, type Vospace } from '../test/vospace/stand-in.ts'
import type { StandInFile } from '../test/vospace/stand-in-files.ts'

/** Paths of these prefixes are for nobody without the operator's credential. */
const PRIVATE = ['/private']

/** `certs` is the folder of the development authority, which the functions are told to trust. */
export async function startLocalVospace(
  certs: string,
  files: Readonly<Record<string, StandInFile>> = {},
): Promise<Vospace> {
  const server = await readFile(join(certs, 'server.pem'), 'utf8')
  return startVospace({
    hostname: 'localhost',
    tls: { key: server, cert: server },
    files: { ...documentationFiles, '/private/file': 'private\n', ...files },
    private: PRIVATE,
  })
}

/** The functions' settings for it. The services differ in how they hand files over. */
export const vospaceEnvironment = (vospace: Vospace, certs: string): NodeJS.ProcessEnv => ({
  PROC_VOS_REGISTRY: `${vospace.url}/reg`,
  PROC_VOS_AUTHORITIES: ['vospace', 'vault', 'arc']
    .map((name) => `cadc.nrc.ca~${name}=ivo://cadc.nrc.ca/${name}`)
    .join(' '),
  PROC_VOS_PRIVATE_HOSTS: `localhost:${vospace.port}`,
  PROC_VOS_CA_FILE: join(certs, 'ca.pem'),
})
