/**
 * What an operator of the local service needs in the shell, for the commands of docs/operate.md:
 * `eval "$(npx node local/operator.ts)"`.
 */
import { access, readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { STORE_KEYS, STORE_REGION } from './host/ceph.ts'
import { readLocalSettings } from './settings.ts'

const { dir, configBucket, httpsPort } = readLocalSettings()
const state = async (name: string) => JSON.parse(await readFile(join(dir, 'stack', name), 'utf8'))

const settings = async () => {
  const { pid } = await state('running.json')
  const { ports } = await state('kept.json')
  await access(`/proc/${pid}/root/root`)
  return { root: `/proc/${pid}/root`, pid, ports }
}
const found = await settings().catch(() => {
  console.error(
    `No local service runs in ${dir}: npm start, as root, and PROC_LOCAL_DIR if it is elsewhere`,
  )
  process.exit(1)
})

const variables = {
  AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${found.ports.store}`,
  AWS_DEFAULT_REGION: STORE_REGION,
  AWS_ACCESS_KEY_ID: STORE_KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: STORE_KEYS.secretAccessKey,
  CONFIG: `s3://${configBucket}`,
  HOST: '127.0.0.1',
  PORT: String(found.ports.ssh),
  PROC: `https://localhost:${httpsPort}/proc`,
  CERTS: resolve(dir, 'certs'),
  KEY: resolve(dir, 'ssh/id_ed25519'),
  LOG: resolve(dir, 'log/functions.log'),
}
for (const [name, value] of Object.entries(variables)) console.log(`export ${name}='${value}'`)
console.log(`submit_host() {
  nsenter -t ${found.pid} -m -p -u -i --root=${found.root} env --chdir=/root/submit-host -i LANG=C.UTF-8 HOME=/root \\
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$@"
}`)
