#ifndef SCHEDULER_DISPATCH_DATABASE_MONGO_DIALER_H_
#define SCHEDULER_DISPATCH_DATABASE_MONGO_DIALER_H_

#include <optional>
#include <string>
#include <utility>

#include "scheduler/dispatch/database/host_addresses.h"
#include "scheduler/dispatch/database/mongo_stream.h"
#include "scheduler/dispatch/database/tls_files.h"
#include <mongoc/mongoc.h>

namespace scheduler::dispatch {

// Opens the streams of a client: to each host that the URI or the server names, by addresses that the egress
// policy allows, encrypted where it is asked for. Used by the client's thread; outlives the client.
class MongoDialer {
 public:
  MongoDialer(const SessionBasis& basis, core::TlsSettings settings, TlsFiles tls, bool use_tls)
      : basis_(basis), settings_(std::move(settings)), tls_(std::move(tls)), use_tls_(use_tls) {
    waiter_.clock = basis.clock;
  }

  // For an attempt that begins: streams wait with its interrupt from now on.
  void Renew(Interrupt* interrupt) {
    waiter_.interrupt = interrupt;
    failure_.reset();
  }

  // A mongoc_stream_initiator_t; `dialer` is one of these.
  static mongoc_stream_t* Initiate(const mongoc_uri_t* uri, const mongoc_host_list_t* host,
                                   void* dialer, bson_error_t* error);

  // Why the last dial failed, where that says more than the library's error.
  std::optional<AttemptResult> TakeFailure() { return std::exchange(failure_, std::nullopt); }

  // Whether no stream has anything to read: what comes unasked is the end.
  bool IsQuiet() const;

 private:
  mongoc_stream_t* Open(const mongoc_host_list_t& host, bson_error_t* error);
  // A connected socket; -1 if there is none.
  int Dial(const Endpoint& endpoint, const Deadline& deadline);
  mongoc_stream_t* Encrypt(mongoc_stream_t* plain, const std::string& host, bson_error_t* error);

  const SessionBasis basis_;
  const core::TlsSettings settings_;
  const TlsFiles tls_;
  const bool use_tls_;
  MongoWaiter waiter_;
  std::optional<AttemptResult> failure_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_MONGO_DIALER_H_
