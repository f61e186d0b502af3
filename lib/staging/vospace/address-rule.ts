/** Which network addresses may be connected to: the public internet, and what the operator allows. */
import { BlockList, isIP } from 'node:net'

/** Why an address is refused, or undefined where it may be connected to. */
export type AddressRule = (address: string, url: URL) => string | undefined

// IANA special-purpose registries: never public, or not where a VOSpace could be.
const SPECIAL_4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
// Of IPv6 only global unicast is public. This leaves out ::1, ::ffff:0:0/96 (IPv4-mapped),
// 64:ff9b::/96 (NAT64), fc00::/7 (private), fe80::/10 (link-local) and ff00::/8 (multicast);
// inside it are ranges that carry an IPv4 address (Teredo, 6to4) or stand in documents.
const GLOBAL_6 = ['2000::/3']
const SPECIAL_6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']
// Not even the operator's settings open these: unspecified, link-local (where clouds keep the
// credentials of a machine, as at fd00:ec2::254), multicast and broadcast.
const NEVER = [
  '0.0.0.0/8',
  '169.254.0.0/16',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '::/128',
  'fe80::/10',
  'ff00::/8',
  'fd00:ec2::/32',
]

const special = blocks([...SPECIAL_4, ...SPECIAL_6])
const global6 = blocks(GLOBAL_6)
const never = blocks(NEVER)
const loopback = blocks(['127.0.0.0/8', '::1/128'])

/**
 * `networks` are private CIDR blocks that may be reached (`10.20.0.0/16`), `hosts` are names or
 * addresses as they stand in a URL, with or without a port (`vos.site.example`, `localhost:9443`),
 * that may have a private address. Plain http goes to allowed loopback addresses only.
 */
export function addressRule(networks: readonly string[], hosts: readonly string[]): AddressRule {
  const allowed = blocks(networks)
  const names = new Set(hosts.map((host) => host.toLowerCase()))
  return (address, url) => {
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    if (isIP(address) === 0) return 'not an address'
    // BlockList compares an IPv4-mapped IPv6 address with the IPv4 blocks too.
    if (never.check(address, family)) return 'an address that is never connected to'
    const port = url.port || (url.protocol === 'http:' ? '80' : '443')
    const permitted =
      allowed.check(address, family) ||
      names.has(url.hostname) ||
      names.has(`${url.hostname}:${port}`)
    if (url.protocol === 'http:') {
      return permitted && loopback.check(address, family) ? undefined : 'http is not secure'
    }
    if (permitted) return undefined
    const open = family === 'ipv4' || global6.check(address, family)
    return open && !special.check(address, family) ? undefined : 'a private address'
  }
}

function blocks(networks: readonly string[]): BlockList {
  const list = new BlockList()
  for (const network of networks) {
    const [address = '', prefix = ''] = network.split('/')
    const family = isIP(address)
    const bits = Number(prefix)
    if (family === 0 || !/^\d{1,3}$/.test(prefix) || bits > (family === 4 ? 32 : 128)) {
      throw new Error(`not a network such as 10.20.0.0/16: ${network}`)
    }
    list.addSubnet(address, bits, family === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}
