import { isStrictlyInside, parseCidr } from '../../lib/internal/cidr';

describe('parseCidr', () => {
  test.each([
    ['10.0.0.0/8', '10.0.0.0/8'],
    ['0.0.0.0/0', '0.0.0.0/0'],
    ['192.168.1.7/32', '192.168.1.7/32'],
    ['::/0', '::/0'],
    ['::1/128', '::1/128'],
    ['FD00:0010:0::/48', 'fd00:10::/48'],
    ['2001:db8:0:1:0:0:0:0/64', '2001:db8:0:1::/64'],
    ['2001:0:0:1:0:0:0:1/128', '2001:0:0:1::1/128'],
    ['1:2:3:4:5:6:7:8/128', '1:2:3:4:5:6:7:8/128'],
    ['1:0:3:4:5:6:7:8/128', '1:0:3:4:5:6:7:8/128'],
    ['1:2:3:4:5:6::/96', '1:2:3:4:5:6::/96'],
    ['10:0:0:20:0:0:0:30/128', '10:0:0:20::30/128'],
  ])('%s is read as %s', (text, canonical) => {
    expect(parseCidr(text).text).toBe(canonical);
  });

  test.each([
    [
      '10.0.0.300/24',
      '"10.0.0.300/24" is not an IPv4 range; write each octet as 0 to 255, for example "10.0.0.0/24"',
    ],
    [
      '999.1.1.1/99',
      '"999.1.1.1/99" is not an IPv4 range; write each octet as 0 to 255, for example "10.0.0.0/24"',
    ],
    [
      '010.0.0.0/8',
      '"010.0.0.0/8" is not an IPv4 range; write each octet as 0 to 255, for example "10.0.0.0/24"',
    ],
    ['', '"" is not an IPv4 range; write each octet as 0 to 255, for example "10.0.0.0/24"'],
    [
      '10.0.0.0/8/8',
      '"10.0.0.0/8/8" is not an IPv4 range; write each octet as 0 to 255, for example "10.0.0.0/24"',
    ],
    [
      '10.0.0.0 /8',
      '"10.0.0.0 /8" is not an IPv4 range; write each octet as 0 to 255, for example "10.0.0.0/24"',
    ],
    ['10.0.0.1', '"10.0.0.1" has no prefix length; write "10.0.0.1/32" for this one address'],
    ['fd00::1', '"fd00::1" has no prefix length; write "fd00::1/128" for this one address'],
    ['10.0.0.0/33', '"10.0.0.0/33" has the prefix length "33"; give a whole number from 0 to 32'],
    ['10.0.0.0/08', '"10.0.0.0/08" has the prefix length "08"; give a whole number from 0 to 32'],
    ['10.0.0.0/-1', '"10.0.0.0/-1" has the prefix length "-1"; give a whole number from 0 to 32'],
    ['10.0.0.0/', '"10.0.0.0/" has the prefix length ""; give a whole number from 0 to 32'],
    ['fd00::/129', '"fd00::/129" has the prefix length "129"; give a whole number from 0 to 128'],
    [
      '10.0.0.7/24',
      '"10.0.0.7/24" has host bits set; write "10.0.0.0/24" for the network or "10.0.0.7/32" for the address',
    ],
    [
      'fd00:10::7/64',
      '"fd00:10::7/64" has host bits set; write "fd00:10::/64" for the network or "fd00:10::7/128" for the address',
    ],
    [
      'fd00::1%eth0/64',
      '"fd00::1%eth0/64" is not an IPv6 range; write groups of hexadecimal digits and a prefix length, for example "fd00:10::/64"',
    ],
    [
      'fd00:::/64',
      '"fd00:::/64" is not an IPv6 range; write groups of hexadecimal digits and a prefix length, for example "fd00:10::/64"',
    ],
    ['::ffff:10.0.0.1/128', '"::ffff:10.0.0.1/128" is IPv4 written as IPv6; write the IPv4 range instead'],
  ])('%s is refused', (text, message) => {
    expect(() => parseCidr(text)).toThrow(new Error(message));
  });
});

describe('isStrictlyInside', () => {
  test.each([
    ['10.1.0.0/16', '10.0.0.0/8', true],
    ['10.1.0.0/16', '0.0.0.0/0', true],
    ['11.1.0.0/16', '10.0.0.0/8', false],
    ['10.0.0.0/8', '10.0.0.0/8', false],
    ['10.0.0.0/8', '10.1.0.0/16', false],
    ['fd00:10:1::/64', 'fd00:10::/32', true],
    ['fd01::/64', 'fd00::/16', false],
    ['::/1', '0.0.0.0/0', false],
  ])('%s in %s: %p', (inner, outer, expected) => {
    expect(isStrictlyInside(parseCidr(inner), parseCidr(outer))).toBe(expected);
  });
});
