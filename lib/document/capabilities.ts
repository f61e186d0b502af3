/** The capabilities document of VOSI 1.1, section 2. */
import { xmlAttribute, xmlText } from '../reply/xml.ts'
import type { Addresses } from './address.ts'

/** How the registries and clients of the original service know it. */
const JOBS = 'vos://cadc.nrc.ca~vospace/CADC/std/Proc#jobs-1.0'

/**
 * One interface for each way to say who one is: CADC's client takes the one that fits and fails where
 * there are several.
 */
export function capabilitiesDocument({ open, certificate, password }: Addresses): string {
  const jobs = [
    ...job(certificate, '/job', 'ivo://ivoa.net/sso#tls-with-certificate'),
    ...job(password, '/auth/job', 'ivo://ivoa.net/sso#BasicAA'),
  ]
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    '<vosi:capabilities xmlns:vosi="http://www.ivoa.net/xml/VOSICapabilities/v1.0"\n' +
    '    xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1"\n' +
    '    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n' +
    vosi('capabilities', open) +
    vosi('availability', open) +
    `  <capability standardID="${xmlAttribute(JOBS)}">\n${jobs.join('')}  </capability>\n` +
    '</vosi:capabilities>\n'
  )
}

const vosi = (name: string, base: string): string =>
  `  <capability standardID="ivo://ivoa.net/std/VOSI#${name}">\n` +
  '    <interface xsi:type="vs:ParamHTTP" role="std">\n' +
  `      <accessURL use="full">${xmlText(`${base}/${name}`)}</accessURL>\n` +
  '    </interface>\n' +
  '  </capability>\n'

const job = (base: string | undefined, path: string, method: string): string[] =>
  base === undefined
    ? []
    : [
        '    <interface xsi:type="vs:ParamHTTP" role="std" version="1.0">\n' +
          `      <accessURL use="base">${xmlText(base + path)}</accessURL>\n` +
          `      <securityMethod standardID="${xmlAttribute(method)}"/>\n` +
          '    </interface>\n',
      ]
