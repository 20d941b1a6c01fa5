#!/usr/bin/env bash
# Drives a server of this build through jobctl with the targets of clouds: SQS as moto plays it, Google Pub/Sub as its own test server does,
# and an endpoint in the place of AWS Lambda's.
#
# Usage: tests/e2e/clouds_test.sh      (with DUCTAPE_BINARY_DIR, an absolute path, built)
#
# Exit code: 0 if everything was as expected, 1 if not; each failed expectation is named on stderr. 77 if moto or the test server cannot be got.
set -euo pipefail

here="$(cd "$(dirname "$0")" && pwd)"
# shellcheck source=tests/e2e/session.sh
. "$here/session.sh"
moto_packages=$("$root/tests/support/python_setup.sh" aws) || exit 77
pubsub_server=$("$root/tests/support/pubsub_setup.sh") || exit 77
said="$work/said"
: >"$said"
secret=planted-aws-4723

# expect CODE ARGUMENT... : runs jobctl; what it says is kept for the search at the end.
expect() {
  local code=$1
  shift
  run_expecting "$code" "$DUCTAPE_BINARY_DIR/bin/jobctl" "$@"
  cat "$work/out" "$work/err" >>"$said"
}
# tested CODE EVENT ARGUMENT... : tests an event; the outcome is in $work/out as JSON.
tested() {
  local code=$1
  shift
  expect "$code" event test "$@" -o json
}
pids=()
stop_clouds() { [ "${#pids[@]}" -eq 0 ] || kill "${pids[@]}" 2>/dev/null || true; }
trap 'stop_clouds; finish' EXIT

PYTHONPATH="$moto_packages" python3 -m moto.server -H 127.0.0.1 -p 0 >"$work/moto.log" 2>&1 &
pids+=($!)
await_ready "${pids[-1]}" 60 'Running on http' "$work/moto.log"
moto=$(sed -n 's/.*Running on \(http[^ ]*\).*/\1/p' "$work/moto.log" | head -n 1)
"$pubsub_server" 0 >"$work/pubsub.log" 2>&1 &
pids+=($!)
await_ready "${pids[-1]}" 30 '^READY' "$work/pubsub.log"
pubsub=$(sed -n 's/^READY grpc=\([^ ]*\) .*/\1/p' "$work/pubsub.log")
pubsub_side="http://127.0.0.1:$(sed -n 's/.* http=//p' "$work/pubsub.log")"
start_endpoint "$here/cloud_endpoint.py"
printf 'k1 %s\n' "$(head -c 32 /dev/urandom | base64)" >"$work/keys"
printf '%s\n' "$secret" >"$work/aws.secret"
start_jobsd --disk-reserve 0 --secrets-key-file "$work/keys" --secret-dir "$work"

# sqs ACTION JSON : what SQS answers.
sqs() {
  curl -s "$moto/" -H "X-Amz-Target: AmazonSQS.$1" -H 'Content-Type: application/x-amz-json-1.0' -d "$2" \
    -H 'Authorization: AWS4-HMAC-SHA256 Credential=TEST/20260101/eu-central-1/sqs/aws4_request, SignedHeaders=host, Signature=00'
}

echo "== SQS"
sqs CreateQueue '{"QueueName":"orders"}' >/dev/null
sqs CreateQueue '{"QueueName":"orders.fifo","Attributes":{"FifoQueue":"true"}}' >/dev/null
expect 0 connection create queues --aws region=eu-central-1 --aws access_key_id=AKIDEXAMPLE --aws "secret_access_key=@$work/aws.secret" \
  --aws "endpoint=$moto"
expect 0 connection get queues
out_has "aws eu-central-1 as AKIDEXAMPLE at $moto, secret access key stored"
expect 0 event create MESSAGEBROKER/queue --broker connection=queues --broker destination=orders --broker 'body={"order":{{order}}}'
tested 0 MESSAGEBROKER/queue --input '{"order":17}'
json_is 'it["state"] == "COMPLETED" and "message_id" in it["output"]'
sqs ReceiveMessage "{\"QueueUrl\":\"$moto/123456789012/orders\",\"MessageAttributeNames\":[\"All\"]}" >"$work/out"
json_is 'it["Messages"][0]["Body"] == "{\"order\":17}"'
json_is 'it["Messages"][0]["MessageAttributes"]["ductape-job"]["StringValue"] == "queue"'
expect 0 event create MESSAGEBROKER/fifo --broker connection=queues --broker destination=orders.fifo --broker 'key=customer-{{customer}}'
tested 0 MESSAGEBROKER/fifo --input '{"customer":7}'
json_is 'it["state"] == "COMPLETED" and "sequence_number" in it["output"]'
expect 0 event create MESSAGEBROKER/missing --broker connection=queues --broker destination=nothing
tested 1 MESSAGEBROKER/missing
json_is 'it["error"]["code"] == "NOT_FOUND"'

echo "== Pub/Sub"
curl -s "$pubsub_side/topics/my-project/orders"
expect 0 connection create topics --pubsub project=my-project --pubsub "endpoint=$pubsub"
expect 0 connection get topics
out_has "pubsub my-project at $pubsub"
expect 0 event create MESSAGEBROKER/topic --broker connection=topics --broker destination=orders --broker key=k1
tested 0 MESSAGEBROKER/topic --input '{"order":17}'
json_is 'it["state"] == "COMPLETED" and "message_id" in it["output"]'
curl -s "$pubsub_side/messages" >"$work/out"
json_is 'it[0]["data"] == "{\"order\":17}" and it[0]["ordering_key"] == "k1" and it[0]["attributes"]["ductape-job"] == "topic"'
expect 67 connection create google --pubsub project=my-project
err_has 'pubsub.service_account'

echo "== Lambda"
expect 0 connection create lambda --aws region=eu-central-1 --aws access_key_id=AKIDEXAMPLE --aws "secret_access_key=file:$work/aws.secret" \
  --aws "endpoint=$endpoint"
expect 0 event create FUNCTION/broken --lambda connection=lambda --lambda function=broken
expect 0 event get FUNCTION/broken
out_has 'invoke lambda broken'
expect 0 job create pages --name Pages --event FUNCTION/broken --executions 0 --every 1d --start 2999-01-01T00:00:00Z
expect 1 job run pages --wait -o json
json_is 'it["error"]["code"] == "FUNCTION_ERROR" and it["error"]["message"].endswith("KeyError: no such page")'
grep -q '"ductape_job": "pages"' "$work/endpoint.log" || fail "the client context does not name the job"
expect 67 event create FUNCTION/bad --lambda connection=lambda --lambda function=a/b
err_has 'event.lambda.function'

echo "== no secret anywhere"
expect 0 connection list -o json
cat "$work/jobsd.log" >>"$said"
stop_jobsd
! grep -qF -- "$secret" "$said" || fail "said: $secret"
! grep -rqF -- "$secret" "$work/data" || fail "on disk: $secret"
expectations_end
