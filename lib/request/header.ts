/** Headers of a gateway event, whose names come in any case. */

export function header(
  event: { readonly headers: Readonly<Record<string, string | undefined>> | null },
  name: string,
): string | undefined {
  for (const [key, value] of Object.entries(event.headers ?? {})) {
    if (key.toLowerCase() === name) return value
  }
  return undefined
}
