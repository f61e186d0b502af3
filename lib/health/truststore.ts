/** The authorities whose client certificates are let in: told before one of them runs out. */
import { X509Certificate } from 'node:crypto'

export const TRUSTSTORE = 'truststore.pem'

/** So long before its end an authority is told of: users need new certificates, and the gateway a new truststore. */
const AHEAD_MS = 30 * 86_400_000

const BEGIN = '-----BEGIN CERTIFICATE-----'
const END = '-----END CERTIFICATE-----'

/**
 * Which certificate of the truststore ends first, where that is soon; undefined where none does. Throws where the text has
 * no certificate, or one that cannot be read.
 */
export function endingSoon(text: string, now: number): string | undefined {
  const ends = certificatesOf(text)
    .map(({ subject, validTo }) => ({ subject, at: Date.parse(validTo) }))
    .sort((a, b) => a.at - b.at)
  const [first] = ends
  if (first === undefined) throw new Error('no certificate')
  if (first.at > now + AHEAD_MS) return undefined
  const name = first.subject.replaceAll('\n', ', ')
  const day = new Date(first.at).toISOString().slice(0, 10)
  return `the certificate of ${name} ${first.at > now ? 'ends' : 'ended'} on ${day}`
}

function certificatesOf(text: string): X509Certificate[] {
  return text
    .split(BEGIN)
    .slice(1)
    .map((rest) => {
      const end = rest.indexOf(END)
      if (end === -1) throw new Error('a certificate without its end')
      return new X509Certificate(BEGIN + rest.slice(0, end) + END)
    })
}
