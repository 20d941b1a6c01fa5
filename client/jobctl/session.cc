#include "client/jobctl/session.h"

#include <utility>

#include "absl/strings/string_view.h"
#include "client/jobctl/exit_code.h"
#include "client/jobctl/print/error_text.h"

namespace jobctl {

Session::Session(Io io) : io_(std::move(io)) {}

void Session::Bind(CLI::App& command, Action action) {
  command.callback([this, action = std::move(action)] { action_ = action; });
}

void Session::BindOffline(CLI::App& command, Action action) {
  command.callback([this, action = std::move(action)] {
    action_ = action;
    connects_ = false;
  });
}

int Session::Execute() {
  absl::Status status = Prepare();
  if (!status.ok()) return WrongUsage(status);
  const int code = action_(*this);
  io_.out.flush();
  if (code == kExitDone && !io_.out) {
    io_.err << "jobctl: cannot write to stdout\n";
    return kExitFailed;
  }
  return code;
}

absl::Status Session::Prepare() {
  absl::StatusOr<Format> format = ParseFormat(globals_.output);
  if (!format.ok()) return format.status();
  format_ = *format;
  if (!connects_) return absl::OkStatus();
  absl::StatusOr<ductape::jobs::ClientOptions> options = ToClientOptions(globals_);
  if (!options.ok()) return options.status();
  absl::StatusOr<std::unique_ptr<ductape::jobs::Client>> client =
      ductape::jobs::Client::Create(*options);
  if (!client.ok()) return client.status();
  client_ = *std::move(client);
  return absl::OkStatus();
}

Printer Session::printer() const {
  return Printer{format_, io_.color && !globals_.no_color, io_.now(), io_.out};
}

int Session::WrongUsage(const absl::Status& status) {
  io_.err << "jobctl: " << status.message() << "\n";
  return kExitUsage;
}

int Session::CallFailed(const std::string& what, const absl::Status& status) {
  io_.err << ErrorMessage(what, status, globals_.address);
  return ExitCodeOf(status);
}

void Session::Say(const std::string& text) {
  if (format_ == Format::kTable) io_.err << text << "\n";
}

}  // namespace jobctl
