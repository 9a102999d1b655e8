#!/usr/bin/env bash
# Make the test authority and the certificate of 127.0.0.1 that it signed; both last 100 years.
# Nobody trusts them but the tests that name `authority.pem`.
set -euo pipefail
cd "$(dirname "$0")"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout authority.key \
    -out authority.pem -days 36500 -subj "/CN=Shipway test authority" \
    -addext "basicConstraints=critical,CA:TRUE" -addext "keyUsage=critical,keyCertSign"
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout server.key \
    -out server.csr -subj "/CN=127.0.0.1"
openssl x509 -req -in server.csr -CA authority.pem -CAkey authority.key -CAcreateserial \
    -out server.pem -days 36500 -extfile <(printf '%s\n' "subjectAltName=IP:127.0.0.1" \
    "extendedKeyUsage=serverAuth" "basicConstraints=CA:FALSE")
rm -f authority.key authority.srl server.csr
