/** Who is calling: a certificate or a password, turned into an account. */
import { Problem } from '../problem.ts'
import { readBasic } from './basic.ts'
import { parseSubject, printName } from './distinguished-name.ts'
import { type GridMapfile, mappedAccount } from './grid-mapfile.ts'
import { type Htpasswd, verifyPassword } from './htpasswd.ts'
import { isProxy, PROXY_REFUSED } from './proxy-certificate.ts'

/** What the caller brought, on the way in that the route is for. */
export type Credential =
  | { readonly path: 'certificate'; readonly clientCertPem?: string | undefined }
  | { readonly path: 'password'; readonly authorization?: string | undefined }

/** The operator's lists; only the one that is needed is asked for. */
export interface Users {
  readonly gridMapfile: () => Promise<GridMapfile>
  readonly htpasswd: () => Promise<Htpasswd>
}

export interface Denied {
  /** A sentence that the caller can act on, for the body of a 403. */
  readonly denied: string
  /** Why, for the log alone: it tells which users exist. */
  readonly reason:
    | 'no credentials'
    | 'not HTTP Basic'
    | 'unknown user'
    | 'wrong password'
    | 'certificate not accepted'
    | 'proxy certificate'
    | 'certificate not in the grid-mapfile'
  /**
   * Who it was meant to be, for the log: the certificate's subject, at most 500 characters, or a user who exists. No
   * other user name: people type their password there.
   */
  readonly claimed?: string
  /** What the operator can do, where that shows; for the log. */
  readonly advice?: string
}

const REVERSED =
  'the grid-mapfile has this name in the other order; write it as openssl x509 -noout -subject -nameopt compat prints it'

export type Caller = { readonly account: string } | Denied

/**
 * The account of the caller. Rejects only as `users` does, when a list cannot be read: that is not
 * the caller's fault.
 */
export async function identify(credential: Credential, users: Users): Promise<Caller> {
  return credential.path === 'certificate'
    ? byCertificate(credential.clientCertPem, users)
    : byPassword(credential.authorization, users)
}

async function byCertificate(pem: string | undefined, users: Users): Promise<Caller> {
  if (!pem) {
    return {
      denied: 'no client certificate; send one (curl -E cert.pem) or use /proc/auth/job',
      reason: 'no credentials',
    }
  }
  try {
    if (isProxy(pem)) return { denied: PROXY_REFUSED, reason: 'proxy certificate' }
    const subject = parseSubject(pem)
    const map = await users.gridMapfile()
    const account = mappedAccount(map, subject)
    if (account !== undefined) return { account }
    const claimed = printName(subject).slice(0, 500)
    // Never taken for the same: that would make two names one.
    const isReversed = mappedAccount(map, subject.toReversed()) !== undefined
    return {
      denied: `this certificate belongs to no account here: ${claimed}`,
      reason: 'certificate not in the grid-mapfile',
      claimed,
      ...(isReversed && { advice: REVERSED }),
    }
  } catch (error) {
    if (error instanceof Problem && error.status === 403) {
      return { denied: error.message, reason: 'certificate not accepted' }
    }
    throw error
  }
}

async function byPassword(authorization: string | undefined, users: Users): Promise<Caller> {
  if (!authorization) {
    return {
      denied: 'no user name and password; send them (curl -u name) or use /proc/job',
      reason: 'no credentials',
    }
  }
  const basic = readBasic(authorization)
  if (!basic) {
    return {
      denied: 'the Authorization header is not one of HTTP Basic (RFC 7617)',
      reason: 'not HTTP Basic',
    }
  }
  const { user, password } = basic
  const htpasswd = await users.htpasswd()
  if (await verifyPassword(htpasswd, user, password)) return { account: user }
  // One sentence for both: which users exist is nobody's business.
  const denied = 'unknown user name or wrong password'
  return htpasswd.hashes.has(user)
    ? { denied, reason: 'wrong password', claimed: user }
    : { denied, reason: 'unknown user' }
}
