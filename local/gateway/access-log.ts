/** The gateway's line of each request, as the Format of the stage in deploy/capacity.yml shapes it. */

export type Variables = Readonly<Record<string, string | number | undefined>>

interface Stage {
  readonly Properties?: { readonly AccessLogSetting?: { readonly 'Fn::If'?: readonly unknown[] } }
}

/**
 * Gives what makes a line of the variables of `$context`; one that has no value is a dash there
 * ("Variables for access logging"). Here it is written whatever the parameter GatewayLogs says.
 */
export function accessLog(resources: Readonly<Record<string, unknown>>) {
  const setting = (resources.Stage as Stage | undefined)?.Properties?.AccessLogSetting?.['Fn::If']
  const { Format } = (setting?.[1] ?? {}) as { Format?: string }
  if (Format === undefined) throw new Error('The stage has no format for its access log')
  return (variables: Variables): string =>
    Format.replace(/\$context\.([\w.]*\w)/g, (_, name: string) => String(variables[name] ?? '-'))
}
