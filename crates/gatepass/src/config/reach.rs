//! Which addresses belong to everybody, and which to a machine or its network.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Says whether an address is reached from anywhere: none of this machine, of a private network, of a link, or of a purpose of
/// its own in IANA's registries of special-purpose addresses (RFC 6890). What is unknown is not public.
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            // The system connects to what is inside (RFC 4291 section 2.5.5.2).
            Some(inside) => is_public_v4(inside),
            None => is_public_v6(address),
        },
    }
}

/// Networks of IPv4 that are not public, with the length of their prefix.
const LOCAL_V4: &[([u8; 4], u32)] = &[
    ([0, 0, 0, 0], 8),        // this network; Linux takes 0.0.0.0 for this machine
    ([10, 0, 0, 0], 8),       // private (RFC 1918)
    ([100, 64, 0, 0], 10), // shared behind a provider's NAT (RFC 6598); Alibaba's metadata is in it
    ([127, 0, 0, 0], 8),   // this machine
    ([168, 63, 129, 16], 32), // what Azure's machines ask their host
    ([169, 254, 0, 0], 16), // link-local (RFC 3927): most clouds' metadata is at 169.254.169.254
    ([172, 16, 0, 0], 12), // private
    ([192, 0, 0, 0], 24),  // of the IETF's protocols (RFC 6890); Oracle's metadata is in it
    ([192, 0, 2, 0], 24),  // for documentation (RFC 5737)
    ([192, 88, 99, 0], 24), // relays of 6to4, given up (RFC 7526)
    ([192, 168, 0, 0], 16), // private
    ([198, 18, 0, 0], 15), // for measurements (RFC 2544)
    ([198, 51, 100, 0], 24), // for documentation
    ([203, 0, 113, 0], 24), // for documentation
    ([224, 0, 0, 0], 3),   // multicast, reserved, broadcast
];

fn is_public_v4(address: Ipv4Addr) -> bool {
    !LOCAL_V4.iter().any(|&(network, length)| {
        let shift = 32 - length;
        address.to_bits() >> shift == Ipv4Addr::from(network).to_bits() >> shift
    })
}

/// Networks inside 2000::/3 that are not public, with the length of their prefix.
const LOCAL_V6: &[([u16; 3], u32)] = &[
    ([0x2001, 0, 0], 23), // of the IETF's protocols: Teredo, which wraps IPv4, is in it
    ([0x2001, 0xdb8, 0], 32), // for documentation (RFC 3849)
    ([0x2002, 0, 0], 16), // 6to4, which wraps IPv4
    ([0x3fff, 0, 0], 20), // for documentation (RFC 9637)
];

/// Only 2000::/3 is given out to networks (RFC 4291 section 2.4): this leaves out loopback, link-local and unique local
/// addresses, multicast, and the translation of IPv4 in 64:ff9b::/96.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let bits = address.to_bits();
    bits >> 125 == 1
        && !LOCAL_V6.iter().any(|&([one, two, three], length)| {
            let network = Ipv6Addr::new(one, two, three, 0, 0, 0, 0, 0).to_bits();
            let shift = 128 - length;
            bits >> shift == network >> shift
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn machines_and_networks_are_told_from_the_internet() {
        let local = [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.100.100.200",
            "127.0.0.1",
            "127.255.255.254",
            "168.63.129.16",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
        ];
        for address in local {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        let public = [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.0.1.1",
            "198.17.0.1",
            "223.255.255.255",
            "::ffff:1.1.1.1",
            "2606:4700:4700::1111",
            "2a00:1450::1",
            "2001:200::1",
        ];
        for address in public {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }
}
