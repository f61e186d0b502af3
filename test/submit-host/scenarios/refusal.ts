/** What is refused, and that nothing of it stays: descriptions, files and accounts. */
import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import {
  ask,
  cluster,
  directories,
  HELD,
  refused,
  remove,
  type Scenario,
  submission,
  submit,
} from './host.ts'

export const refusals: Scenario[] = [
  {
    name: 'a refused description leaves nothing, and corrected it may use the same id',
    async run(host) {
      const before = await directories(host)
      const request = randomUUID()
      await refused(
        submit(host, { request, description: 'blah\nqueue\n' }),
        65,
        /^the submit description is not understood on Line 1 of [^;]*$/,
      )
      assert.equal(await directories(host), before)
      const records = `ls /var/lib/condor-gate/alice/${request}`
      assert.notEqual((await host.root(records)).status, 0)
      await cluster(submit(host, { request, description: HELD, digest: 'c'.repeat(64) }))
      assert.equal(await remove(host), 1)
    },
  },
  {
    name: 'a refused description takes no results of an earlier run with it, of which no record is left',
    async run(host) {
      const request = randomUUID()
      const place = `/home/alice/proc/${request}`
      await cluster(submit(host, { request, description: HELD }))
      assert.equal(await remove(host), 1)
      await host.root(`rm /var/lib/condor-gate/alice/${request}; echo days >${place}/result`)
      await refused(
        submit(host, { request, description: 'blah\nqueue\n' }),
        65,
        /^the submit description is not understood on Line 1 of/,
      )
      assert.equal((await host.root(`ls ${place}; rm -r ${place}`)).stdout, 'result\n')
    },
  },
  {
    name: 'files that cannot be fetched or are not the ones promised',
    async run(host) {
      const before = await directories(host)
      const good = await submission(host, { description: HELD })
      const files = good.files as { url: string; size: number; sha256: string }[]
      const [first, second] = files
      assert.ok(first && second)
      for (const wrong of [
        { ...second, url: host.nowhere },
        { ...second, sha256: '0'.repeat(64) },
        { ...second, size: second.size + 1 },
        { ...second, size: second.size - 1 },
        { ...second, size: 2 ** 39 },
      ]) {
        const output = ask(host, { ...good, files: [first, wrong] })
        await refused(
          output,
          75,
          /^(a file could not be fetched from|(fewer|more|other) bytes came)/,
        )
        assert.equal(await directories(host), before)
      }
      const elsewhere = { ...second, url: 'http://127.0.0.1:1/x' }
      await refused(ask(host, { ...good, files: [first, elsewhere] }), 64, /not a url of the store/)
      await cluster(ask(host, good))
      assert.equal(await remove(host), 1)
    },
  },
  {
    name: 'who may not',
    async run(host) {
      const as = (account: string) => submit(host, { account, description: HELD })
      await refused(as('nosuch'), 67, /^there is no such account/)
      await refused(as('root'), 77, /^this account is not allowed to submit/)
      await refused(as('condorweb'), 77, /^this account is not allowed to submit/)
      await refused(as('carol'), 77, /^this account is not allowed to submit/)
      await refused(as('nohome'), 77, /^this account has no home directory/)
      try {
        for (const proc of ['ln -s /tmp', 'install -d -m 777 -o bob', 'install -d', 'touch']) {
          await host.root(`rm -rf /home/bob/proc; ${proc} /home/bob/proc`)
          await refused(as('bob'), 77, /^~\/proc on the submit host is not a directory of this/)
        }
        await host.root('rm -rf /home/bob/proc; install -d -m 500 -o bob /home/bob/proc')
        await refused(as('bob'), 77, /^this account cannot write to its own ~\/proc on the submit/)
      } finally {
        await host.root('rm -rf /home/bob/proc')
      }
    },
  },
]
