import { defineConfig } from 'vitest/config'

/** Those that change the submit host, or attack it: they have one of their own, so that both halves run side by side. */
const SUBMIT_HOST = [
  'hostile',
  'host-faults',
  'install',
  'install-check',
  'submit-host',
  'walls',
].map((name) => `test/end-to-end/${name}.test.ts`)

/** The files of a project share one running service and go one by one. */
const onService = (name: string, files: { include: string[]; exclude?: string[] }) => ({
  test: {
    ...files,
    name,
    globalSetup: 'test/end-to-end/global-setup.ts',
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 300_000,
  },
})

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/end-to-end/**'],
          testTimeout: 30_000,
        },
      },
      onService('end-to-end', { include: ['test/end-to-end/**/*.test.ts'], exclude: SUBMIT_HOST }),
      onService('submit-host', { include: SUBMIT_HOST }),
    ],
  },
})
