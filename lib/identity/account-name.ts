/** Names of Unix accounts, as useradd lets them be. */

/** What is no such name never reaches the submit host. */
export const ACCOUNT = /^[a-z_][a-z0-9_-]{0,31}$/

/** The same within another pattern. */
export const ACCOUNT_PATTERN = ACCOUNT.source.slice(1, -1)
