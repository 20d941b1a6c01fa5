#!/usr/bin/env bash
# An authority of a trust domain and SPIFFE identities, for the scripts of tests/e2e. To be sourced; needs a folder in $work and openssl.
#
#   make_authority NAME            $work/NAME.crt and .key: the authority of a trust domain
#   make_identity AUTHORITY NAME SUBJECT_ALTERNATIVE_NAMES
#                                  $work/NAME.crt and .key, signed by it: "URI:spiffe://example.org/billing", with ",DNS:localhost" where
#                                  a client checks the name as well

work=${work:?names the folder to work in}

run_openssl() {
  openssl "$@" 2>"$work/openssl.log" || { cat "$work/openssl.log" >&2; return 1; }
}

make_authority() {
  run_openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj "/O=$1" \
    -addext "keyUsage=critical,keyCertSign,cRLSign" -keyout "$work/$1.key" -out "$work/$1.crt"
}

make_identity() {
  run_openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/O=SPIFFE" -keyout "$work/$2.key" -out "$work/$2.csr"
  printf '%s\n' "subjectAltName=$3" "basicConstraints=critical,CA:false" "keyUsage=critical,digitalSignature" \
    "extendedKeyUsage=serverAuth,clientAuth" >"$work/$2.ext"
  run_openssl x509 -req -in "$work/$2.csr" -CA "$work/$1.crt" -CAkey "$work/$1.key" -CAcreateserial -days 2 -extfile "$work/$2.ext" \
    -out "$work/$2.crt"
}
