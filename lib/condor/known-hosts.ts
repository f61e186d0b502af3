/** The submit host's keys, pinned in the known_hosts form that ssh itself uses. */

export const KNOWN_HOSTS = 'known_hosts'

/** The file as it is, as it is taken into use: throws where it has no key for this host. */
export function readKnownHosts(
  text: string,
  { host, port }: { readonly host: string; readonly port: number },
): string {
  if (hostKeys(text, host, port).length > 0) return text
  throw new Error(`known_hosts has no key for ${host} and port ${port}`)
}

/**
 * The raw public keys listed for `host` and `port`, empty when there are none (then nothing matches:
 * the connection fails closed). Two lines for one host are how a key is rotated. Hashed names,
 * patterns and markers such as `@cert-authority` are not read.
 */
export function hostKeys(knownHosts: string, host: string, port: number): Buffer[] {
  const name = port === 22 ? host : `[${host}]:${port}`
  const keys: Buffer[] = []
  for (const line of knownHosts.split(/\r?\n/)) {
    const [names, type, key] = line.trim().split(/\s+/)
    if (!names || !type || !key || names.startsWith('#') || names.startsWith('@')) continue
    if (names.split(',').includes(name)) keys.push(Buffer.from(key, 'base64'))
  }
  return keys
}
