/** What is used of ssh2. It takes 50 ms to load: imported where, and when, it is needed. */

export type { ClientChannel } from 'ssh2'
export { Client } from 'ssh2'
