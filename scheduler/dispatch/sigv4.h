#ifndef SCHEDULER_DISPATCH_SIGV4_H_
#define SCHEDULER_DISPATCH_SIGV4_H_

#include <string>
#include <string_view>

#include "scheduler/base/millis.h"
#include "scheduler/base/secret_text.h"
#include "scheduler/dispatch/http_client.h"
#include "scheduler/dispatch/http_message.h"

// AWS Signature Version 4 in headers, as "Create a signed AWS API request" of the IAM User Guide has it:
// canonical request, string to sign, key derived by HMAC-SHA-256 from date, region and service.
namespace scheduler::dispatch {

struct AwsKey {
  std::string access_key_id;
  base::SecretText secret_access_key;
  base::SecretText session_token;  // empty: none
  std::string region;
  std::string
      service;  // "lambda"; for "s3" paths are taken as they are and the body's hash is sent
};

// What is signed. Every header given is, and those that are added.
struct AwsRequest {
  std::string_view method;
  std::string_view path;   // as it is sent, from "/"
  std::string_view query;  // as it is sent, without "?"
  HttpHeaders headers;     // Host among them
  std::string_view body;
};

// The header fields that a request is sent with besides: X-Amz-Date, X-Amz-Security-Token for a key that
// has one, X-Amz-Content-Sha256 for S3, Authorization. `now` is wall time.
HttpHeaders SignatureOf(const AwsKey& key, const AwsRequest& request, base::Millis now);

// Adds them to a request. Of its headers Host, Content-Type and X-Amz-… are signed, since what lies in
// between may change the others.
void Sign(const AwsKey& key, base::Millis now, HttpRequest* request);
// The same for a call; its URL is absolute.
void Sign(const AwsKey& key, base::Millis now, HttpCall* call);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_SIGV4_H_
