/** The settings that the services of lib/ want when they are loaded; imported before them. */
import { vi } from 'vitest'

vi.stubEnv('PROC_STAGING_BUCKET', 's')
vi.stubEnv('PROC_CONFIG_BUCKET', 'c')
vi.stubEnv('PROC_SUBMIT_HOST', 'a')
vi.stubEnv('PROC_SUBMIT_KEY_SECRET', 'k')
