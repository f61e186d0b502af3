/** Who is calling: a certificate or a password, turned into an account. */
import { Problem } from '../problem.ts'
import { readBasic } from './basic.ts'
import { parseSubject, printName } from './distinguished-name.ts'
import { type GridMapfile, mappedAccount } from './grid-mapfile.ts'
import { type Htpasswd, verifyPassword } from './htpasswd.ts'

/** What the caller brought, on the way in that the route is for. */
export type Credential =
  | { readonly path: 'certificate'; readonly clientCertPem?: string | undefined }
  | { readonly path: 'password'; readonly authorization?: string | undefined }

/** The operator's lists; only the one that is needed is asked for. */
export interface Users {
  readonly gridMapfile: () => Promise<GridMapfile>
  readonly htpasswd: () => Promise<Htpasswd>
}

/** `denied` is a sentence that the caller can act on, for the body of a 403. */
export type Caller = { readonly account: string } | { readonly denied: string }

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
    return denied('no client certificate; send one (curl -E cert.pem) or use /proc/auth/job')
  }
  try {
    const subject = parseSubject(pem)
    const account = mappedAccount(await users.gridMapfile(), subject)
    if (account !== undefined) return { account }
    return denied(
      `this certificate belongs to no account here: ${printName(subject).slice(0, 500)}`,
    )
  } catch (error) {
    if (error instanceof Problem && error.status === 403) return denied(error.message)
    throw error
  }
}

async function byPassword(authorization: string | undefined, users: Users): Promise<Caller> {
  if (!authorization) {
    return denied('no user name and password; send them (curl -u name) or use /proc/job')
  }
  const basic = readBasic(authorization)
  if (!basic) return denied('the Authorization header is not one of HTTP Basic (RFC 7617)')
  const { user, password } = basic
  if (await verifyPassword(await users.htpasswd(), user, password)) return { account: user }
  // One sentence for both: which users exist is nobody's business.
  return denied('unknown user name or wrong password')
}

const denied = (reason: string): Caller => ({ denied: reason })
