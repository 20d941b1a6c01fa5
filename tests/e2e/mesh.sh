#!/usr/bin/env bash
# A server behind Envoy with deploy/envoy/mesh.yaml, mTLS with SPIFFE identities on both sides, for the scripts of tests/e2e. To be sourced
# after session.sh; needs openssl.
#
#   make_mesh                    identities of the server, the proxy and the clients `billing`, `go`, `node` and `python`; of a `stranger`
#                                whose authority nobody believes; and of `elsewhere`, of another trust domain of the same authority
#   start_mesh_jobsd             starts the server, on the same port each time, with the identity $jobsd_identity, `jobs` by default
#   prepare_mesh [SED_EXPRESSION...]  as prepare_envoy, for mesh.yaml; fails if Envoy does not take it
#   mesh_curl IDENTITY PATH [ARGUMENT...], mesh_grpcurl IDENTITY [ARGUMENT...]
#                                call through the proxy; grpcurl's arguments end before the address

here=${here:?the folder of the scripts}
work=${work:?names the folder to work in}
# shellcheck source=tests/e2e/envoy.sh
. "$here/envoy.sh"
# shellcheck source=tests/e2e/spiffe.sh
. "$here/spiffe.sh"
mesh_port=""

make_mesh() {
  local name
  make_authority ca
  make_authority other
  make_identity ca jobs "URI:spiffe://example.org/ductape-jobs"
  make_identity ca impostor "URI:spiffe://example.org/billing"
  make_identity ca proxy "URI:spiffe://example.org/proxy,DNS:localhost,IP:127.0.0.1"
  for name in billing go node python; do make_identity ca "$name" "URI:spiffe://example.org/$name"; done
  make_identity other stranger "URI:spiffe://example.org/billing"
  make_identity ca elsewhere "URI:spiffe://elsewhere.org/billing"
  mkdir "$work/tls"
  cp "$work/proxy.crt" "$work/tls/tls.crt"
  cp "$work/proxy.key" "$work/tls/tls.key"
  cp "$work/ca.crt" "$work/tls/ca.crt"
  for name in mesh-identity mesh-authority; do
    sed "s#/etc/ductape-jobs/envoy#$work#" "$here/../../deploy/envoy/$name.yaml" >"$work/$name.yaml"
  done
  mesh_port="$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')"
}

start_mesh_jobsd() {
  start_jobsd --listen "127.0.0.1:$mesh_port" --disk-reserve 0 --log-level debug --tls-client-ca "$work/ca.crt" \
    --tls-cert "$work/${jobsd_identity:-jobs}.crt" --tls-key "$work/${jobsd_identity:-jobs}.key"
}

prepare_mesh() {
  DUCTAPE_JOBS_ADDRESS="127.0.0.1:$mesh_port" prepare_envoy "s#/etc/ductape-jobs/envoy#$work#" \
    "s#address: ductape-jobs,#address: 127.0.0.1,#" "s#address: 0\.0\.0\.0#address: 127.0.0.1#" "$@" mesh.yaml
  "$envoy_binary" --mode validate -c "$work/envoy.yaml" >"$work/validated" 2>&1 || { cat "$work/validated" >&2; return 1; }
}

mesh_curl() {
  curl --silent --show-error --max-time 30 --cacert "$work/ca.crt" --cert "$work/$1.crt" --key "$work/$1.key" "${@:3}" \
    "https://localhost:$envoy_port$2"
}

mesh_grpcurl() {
  grpcurl -max-time 30 -cacert "$work/ca.crt" -cert "$work/$1.crt" -key "$work/$1.key" "${@:2:$#-2}" "localhost:$envoy_port" "${*: -1}"
}
