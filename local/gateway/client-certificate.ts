/** A verified client certificate in the form in which API Gateway hands it to functions. */
import { X509Certificate } from 'node:crypto'
import type { APIGatewayEventClientCertificate } from 'aws-lambda'

/** `der` is the certificate that the client proved to own, as `getPeerCertificate().raw`. */
export function clientCertificate(der: Buffer): APIGatewayEventClientCertificate {
  const certificate = new X509Certificate(der)
  return {
    clientCertPem: certificate.toString(),
    subjectDN: rfc2253(certificate.subject),
    issuerDN: rfc2253(certificate.issuer),
    serialNumber: (certificate.serialNumber.toLowerCase().match(/../g) ?? []).join(':'),
    validity: { notBefore: certificate.validFrom, notAfter: certificate.validTo },
  }
}

/** Node writes one relative name a line, first to last; RFC 2253 has them last to first. */
const rfc2253 = (name: string) =>
  name
    .split('\n')
    .map((part) => part.replaceAll(' + ', '+'))
    .reverse()
    .join(',')
