import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { alarmFindings } from './alarms.ts'
import { capacityFindings } from './capacity.ts'
import { gatewayFindings } from './gateway.ts'
import { mutations } from './mutations.ts'
import { filesIn, packageInto } from './package.ts'
import { parameterFindings } from './parameters.ts'
import { permissionFindings } from './permissions.ts'
import { referenceFindings } from './references.ts'
import { ringFindings } from './rings.ts'
import { schemaFindings } from './schema.ts'
import { storageFindings } from './storage.ts'
import { at, isObject, ofType, type Template, type Value } from './template.ts'

const folder = mkdtempSync(join(tmpdir(), 'canfar-proc-package-'))
afterAll(() => rmSync(folder, { recursive: true }))
const started = Date.now()
const template = packageInto(folder)

const checks = {
  parameters: parameterFindings,
  schema: schemaFindings,
  references: referenceFindings,
  permissions: permissionFindings,
  gateway: gatewayFindings,
  capacity: capacityFindings,
  storage: storageFindings,
  alarms: alarmFindings,
  'which alarms ring when': ringFindings,
}
const findings = (of: Template) => Object.values(checks).flatMap((check) => check(of))

describe('the template', () => {
  test.each(Object.entries(checks))('%s', (_, check) => {
    expect(check(template)).toEqual([])
  })

  test.each(mutations)('is found out with $put at $at', ({ at: path, put, finding }) => {
    const mutant = structuredClone(template)
    const steps = path.split('/').map((step) => step.replaceAll('~1', '/'))
    const [first = ''] = steps
    const start = first.endsWith('*') ? first.slice(0, -1) : undefined
    if (start) steps[0] = Object.keys(mutant.Resources).find((name) => name.startsWith(start)) ?? ''
    const last = steps.pop() ?? ''
    // the empty step before a leading slash is the template itself
    const within = first === '' ? { '': mutant } : mutant.Resources
    const parent = at(within as unknown as Value, ...steps)
    if (Array.isArray(parent)) {
      if (Number(last) < parent.length) parent[Number(last)] = put ?? null
      else parent.push(put ?? null)
    } else if (!isObject(parent)) throw new Error(`${path} is not in the template`)
    else if (put !== undefined) parent[last] = put
    else if (last in parent) delete parent[last]
    else throw new Error(`${path} is not in the template`)
    expect(findings(mutant)).toContainEqual(expect.stringMatching(finding))
  })

  test('leaves the stage to CloudFormation: with these settings the framework would patch it after each deployment', () => {
    const service = readFileSync(join(import.meta.dirname, '../../serverless.yml'), 'utf8')
    expect(service).not.toMatch(/^ {2}(tags|stackTags|tracing|logs):/m)
    expect(service).not.toMatch(/^ {4}metrics:/m)
  })

  test('gives install --from the address alone', () => {
    expect(template.Outputs?.SubmitKeyFrom?.Value).toEqual({ Ref: 'EgressAddress' })
  })

  test('holds no setting of the machine that packaged it', () => {
    const variables = ofType(template, 'AWS::Lambda::Function').map(([, { Properties }]) =>
      at(Properties, 'Environment', 'Variables'),
    )
    for (const each of variables) {
      for (const [name, value] of Object.entries(isObject(each) ? each : {})) {
        if (name.startsWith('PROC_')) expect(value).toEqual({ Ref: expect.any(String) })
      }
    }
  })
})

describe('the packages', () => {
  test.each(ofType(template, 'AWS::Lambda::Function'))('%s', (_, { Properties }) => {
    const [file = ''] = String(Properties?.Handler).split('.')
    const zip = readFileSync(join(folder, `${file.replace('dist/', '')}.zip`))
    const bundle = join(import.meta.dirname, '../..', `${file}.cjs`)
    expect(statSync(bundle).mtimeMs).toBeGreaterThan(started)
    const libraries = readFileSync(bundle, 'utf8').matchAll(/require\("\.\/(\w+)\.cjs"\)/g)
    const shipped = new Set([file, ...Array.from(libraries, ([, name]) => `dist/${name}`)])
    expect(filesIn(zip).sort()).toEqual(
      [...shipped].flatMap((name) => [`${name}.cjs`, `${name}.cjs.map`]).sort(),
    )
  })
})
