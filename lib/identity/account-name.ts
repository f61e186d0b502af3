/** Names of Unix accounts, as useradd lets them be. */

export const ACCOUNT_PATTERN = '[a-z_][a-z0-9_-]{0,31}'

/** What is no such name never reaches the submit host. */
export const ACCOUNT = new RegExp(`^${ACCOUNT_PATTERN}$`)
