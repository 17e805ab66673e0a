#!/bin/sh
# Makes the certificates and keys of this folder anew, with OpenSSL 3. They are for tests only and open nothing.
# The passphrase of all that is encrypted is "open sesame".
set -eu
cd "$(dirname "$0")"
rm -f -- *.pem *.key *.p12
phrase='pass:open sesame'

new_key() { # FILE OPTIONS…
    file=$1
    shift
    openssl genpkey "$@" -out "$file" 2>/dev/null
}

sign() { # NAME DAYS: a certificate for NAME.key of the authority
    printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=clientAuth\n' >extensions
    openssl req -new -key "$1.key" -subj "/CN=alice by $1" -out request
    openssl x509 -req -in request -CA ca.pem -CAkey ca.key -days "$2" -sha256 -extfile extensions -out "$1.pem" 2>/dev/null
    rm -f request extensions
}

new_key ca.key -algorithm EC -pkeyopt ec_paramgen_curve:P-256
openssl req -new -x509 -key ca.key -subj '/CN=identities of tests' -days 36500 -out ca.pem

new_key rsa.key -algorithm RSA -pkeyopt rsa_keygen_bits:2048
new_key ec.key -algorithm EC -pkeyopt ec_paramgen_curve:P-256
new_key p384.key -algorithm EC -pkeyopt ec_paramgen_curve:P-384
new_key ed25519.key -algorithm ED25519
new_key p521.key -algorithm EC -pkeyopt ec_paramgen_curve:P-521
for name in rsa ec p384 ed25519 p521; do sign "$name" 36500; done

# The same keys in other clothes.
openssl rsa -in rsa.key -traditional -out rsa-pkcs1.key 2>/dev/null
openssl ec -in ec.key -out ec-sec1.key 2>/dev/null
openssl pkcs8 -topk8 -in rsa.key -passout "$phrase" -out rsa-aes.key
openssl pkcs8 -topk8 -in ec.key -scrypt -passout "$phrase" -out ec-scrypt.key
openssl pkcs8 -topk8 -in rsa.key -v2 des3 -v2prf hmacWithSHA1 -passout "$phrase" -out rsa-3des.key
openssl pkcs8 -topk8 -in rsa.key -v1 PBE-SHA1-3DES -passout "$phrase" -out rsa-pbes1.key
openssl rsa -in rsa.key -traditional -aes128 -passout "$phrase" -out rsa-proc-type.key 2>/dev/null

# Archives.
openssl pkcs12 -export -in rsa.pem -inkey rsa.key -certfile ca.pem -passout "$phrase" -out rsa.p12
openssl pkcs12 -export -in ec.pem -inkey ec.key -passout pass: -out ec-no-phrase.p12
openssl pkcs12 -export -in rsa.pem -inkey rsa.key -legacy -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-RC2-40 -macalg sha1 \
    -passout "$phrase" -out rsa-legacy.p12
openssl pkcs12 -export -in ca.pem -nokeys -passout "$phrase" -out no-key.p12

rm -f ca.key
