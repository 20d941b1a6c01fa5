#ifndef SCHEDULER_DISPATCH_ATTEMPT_CONNECTION_H_
#define SCHEDULER_DISPATCH_ATTEMPT_CONNECTION_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "scheduler/core/run_port.h"
#include "scheduler/dispatch/secret_redactor.h"
#include "scheduler/secrets/secret_rules.h"
#include "scheduler/secrets/secret_source.h"

namespace scheduler::dispatch {

// The connection that one attempt uses: its settings for the run's environment, and its secrets.
//
// Errors are for the run (attempt_results.h, UnsentAttempt). Movable; used by one thread at a time.
class AttemptConnection {
 public:
  // The connection `tag` of `run`. `secrets` may be null where no secret can be read, and outlives it.
  //   NOT_FOUND         the connection does not exist
  //   INVALID_ARGUMENT  it has no settings for the environment
  static absl::StatusOr<AttemptConnection> Find(const core::ClaimedRun& run, std::string_view tag,
                                                secrets::SecretSource* secrets);

  const core::Settings& settings() const { return *settings_; }

  // The settings, which must be of kind S: INVALID_ARGUMENT if they are of another.
  template <typename S>
  absl::StatusOr<const S*> As() const {
    const auto* found = std::get_if<S>(settings_);
    if (found == nullptr) return WrongKind(core::KindOf(core::Settings(S())));
    return found;
  }

  // Equal for attempts that may share what was opened with these settings: it names the connection, its
  // generation and the environment. Secrets in files and variables change without it.
  std::string Identity() const;

  // The secret in the clear, empty if it has no source. `path` is its place below the settings, as
  // "password". What the attempt comes to is to be redacted. UNAVAILABLE if it cannot be read, or is not of
  // the form that it is to have. May block on a file, unless AllAtHand.
  absl::StatusOr<base::SecretText> Read(std::string_view path, const core::Secret& secret,
                                        secrets::SecretForm form = secrets::SecretForm::kDocument);

  // The secret that templates of the connection's targets name so. INVALID_ARGUMENT if it has none of this
  // name; UNAVAILABLE as Read. May block on a file, unless AllAtHand.
  absl::StatusOr<base::SecretText> ReadNamed(std::string_view name);

  // Whether every secret of the connection can be read without waiting for a file.
  bool AllAtHand() const;

  // Of what was read.
  SecretRedactor& redactor() { return redactor_; }

 private:
  AttemptConnection(std::shared_ptr<const core::StoredConnection> connection,
                    secrets::SecretSource* secrets)
      : connection_(std::move(connection)), secrets_(secrets) {}

  absl::Status WrongKind(std::string_view wanted) const;

  std::shared_ptr<const core::StoredConnection> connection_;
  secrets::SecretSource* secrets_;
  const core::Settings* settings_ = nullptr;  // of `connection_`
  std::string_view env_;                      // likewise
  SecretRedactor redactor_;
};

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_ATTEMPT_CONNECTION_H_
