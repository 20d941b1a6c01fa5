#ifndef SERVER_SYSTEM_TLS_RELOAD_H_
#define SERVER_SYSTEM_TLS_RELOAD_H_

#include <array>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "scheduler/base/clock.h"
#include "scheduler/base/waiter.h"
#include "server/config.h"
#include "server/system/tls_files.h"

namespace server {

// Which of the contents that files have over time are served: whole ones that fit together. What is
// half replaced, or damaged, leaves those before in use.
class TlsChoice {
 public:
  enum class Verdict {
    kUnchanged,  // nothing new, be it good or bad
    kTaken,      // `served` is new
    kRefused,    // new, and wrong: `error` says what
  };

  // `served` has passed CheckTlsFiles.
  TlsChoice(TlsConfig config, TlsFiles served)
      : config_(std::move(config)), served_(std::move(served)) {}

  // `read` is what ReadTlsFiles says now.
  Verdict Look(const absl::StatusOr<TlsFiles>& read);

  const TlsFiles& served() const { return served_; }
  const absl::Status& error() const { return error_; }

 private:
  const TlsConfig config_;
  TlsFiles served_;
  TlsFiles refused_;    // the last ones, if they could be read
  absl::Status error_;  // OK: nothing was refused since
};

// Looks at the files each second and keeps what is served in files of its own for gRPC's watcher, which
// would take a new certificate without its key and then refuse every connection. These files are in
// memory: a key is never copied to a disk.
class TlsReload {
 public:
  static constexpr Millis kPeriod = scheduler::base::kSecond;

  // Errors: those of ReadTlsFiles and CheckTlsFiles; INTERNAL without memory files.
  static absl::StatusOr<std::unique_ptr<TlsReload>> Start(const TlsConfig& config,
                                                          const scheduler::base::Clock* clock);
  ~TlsReload();
  TlsReload(const TlsReload&) = delete;
  TlsReload& operator=(const TlsReload&) = delete;

  // Paths of what is served, while this lives.
  TlsConfig paths() const;

 private:
  enum File : size_t { kCert, kKey, kClientCa, kFiles };

  TlsReload(TlsConfig config, const scheduler::base::Clock* clock, TlsFiles first)
      : config_(std::move(config)), clock_(clock), choice_(config_, std::move(first)) {}

  // Makes what is served the content of the files.
  absl::Status Install();
  void Run();

  const TlsConfig config_;
  const scheduler::base::Clock* const clock_;
  TlsChoice choice_;  // of the thread, once it runs
  int generation_ = 0;
  std::array<int, kFiles> fds_{-1, -1, -1};  // each always stands for a whole file
  std::atomic<bool> stopping_{false};
  scheduler::base::Waiter waiter_;
  std::thread thread_;
};

}  // namespace server

#endif  // SERVER_SYSTEM_TLS_RELOAD_H_
