/** Proxy certificates of the grid (RFC 3820): told apart, to be refused with words that help. */
import { X509Certificate } from 'node:crypto'

/** The DER of the object identifiers of proxyCertInfo: RFC 3820, section 3.8, and the draft before it. */
const INFO = [
  Buffer.from('06082b0601050507010e', 'hex'), // 1.3.6.1.5.5.7.1.14
  Buffer.from('060a2b060104019b5001815e', 'hex'), // 1.3.6.1.4.1.3536.1.222
]
/** Older ones of Globus have no extension, and this as the last part of their subject. */
const LEGACY = /(?:^|\n)CN=(?:limited )?proxy$/

export const PROXY_REFUSED =
  'this is a proxy certificate (RFC 3820), which is not accepted here; send the certificate that it was made of ' +
  '(curl -E usercert.pem --key userkey.pem)'

/** `certificate`: PEM or DER. False for what is no certificate. */
export function isProxy(certificate: string | Buffer): boolean {
  try {
    const { raw, subject } = new X509Certificate(certificate)
    return INFO.some((oid) => raw.includes(oid)) || LEGACY.test(subject)
  } catch {
    return false
  }
}
