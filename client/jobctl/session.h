#ifndef CLIENT_JOBCTL_SESSION_H_
#define CLIENT_JOBCTL_SESSION_H_

#include <functional>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "client/cpp/client.h"
#include "client/jobctl/globals.h"
#include "client/jobctl/io.h"
#include "client/jobctl/print/printer.h"

namespace jobctl {

// One run of the program: what was asked for, how to reach the server, how to print.
class Session {
 public:
  explicit Session(Io io);

  // What the command line asks for; it is executed once all of it is parsed. Answers the exit code.
  using Action = std::function<int(Session&)>;
  void Bind(CLI::App& command, Action action);
  // The same of what needs no server: it has no client().
  void BindOffline(CLI::App& command, Action action);

  // Checks the global flags, connects and does what was bound. REQUIRES: a command was parsed.
  int Execute();

  // Whether what was bound needs a server.
  bool connects() const { return connects_; }
  Globals& globals() { return globals_; }
  const Globals& globals() const { return globals_; }
  Io& io() { return io_; }
  const Io& io() const { return io_; }
  ductape::jobs::Client& client() { return *client_; }
  Printer printer() const;

  // Each says on stderr what is wrong, and answers the exit code. `what` completes "cannot …".
  int WrongUsage(const absl::Status& status);                           // 2
  int CallFailed(const std::string& what, const absl::Status& status);  // 64 + code

  // A message for people, on stderr, where output is for people.
  void Say(const std::string& text);

 private:
  // INVALID_ARGUMENT or NOT_FOUND if a global flag is wrong.
  absl::Status Prepare();

  Io io_;
  Globals globals_;
  Format format_ = Format::kTable;
  std::unique_ptr<ductape::jobs::Client> client_;
  Action action_;
  bool connects_ = true;
};

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_SESSION_H_
