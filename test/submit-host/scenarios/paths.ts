/** Paths that are not what they seem: a home that is a link, and an executable of the virtual machine. */
import assert from 'node:assert/strict'
import { ask, cluster, finished, HELD, queued, remove, type Scenario, submit } from './host.ts'

export const paths: Scenario[] = [
  {
    name: 'a home that is a link: its output is read, and no path of it is told',
    async run(host) {
      await host.root('mkdir -p /nfs && mv /home/bob /nfs/bob && ln -s /nfs/bob /home/bob')
      try {
        const bob = { account: 'bob' }
        const description = 'arguments = linked\noutput = out.txt\nqueue\n'
        const id = await cluster(submit(host, { ...bob, description }))
        await finished(host, id)
        const request = {
          v: 1,
          op: 'output',
          ...bob,
          cluster: id,
          proc: 0,
          file: 'stdout',
          most: 99,
        }
        const output = await ask(host, request)
        assert.equal(output.stdout, '{"size":7,"first":0,"length":7}\nlinked\n', output.stderr)
        const missing = 'queue x from nothing-of-that-name\n'
        const reply = await submit(host, { ...bob, description: missing })
        assert.equal(reply.status, 65)
        assert.doesNotMatch(reply.stderr, /nfs|home/)
      } finally {
        await host.root('rm /home/bob && mv /nfs/bob /home/bob')
      }
    },
  },
  {
    name: 'a path on the virtual machine need not exist here',
    async run(host) {
      const path = '/my/folder/.hidden dir/myProgram.exe'
      const id = await cluster(submit(host, { description: HELD, executable: { path } }))
      assert.deepEqual(await queued(host, id, 'Cmd TransferExecutable'), [`"${path}" false`])
      assert.equal(await remove(host), 1)
    },
  },
]
