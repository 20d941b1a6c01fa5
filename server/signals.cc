#include "server/signals.h"

#include <pthread.h>

#include <utility>

namespace server {
namespace {

// Ends the thread.
constexpr int kEnd = SIGUSR2;

}  // namespace

Signals::Signals(std::function<void(int)> on_signal) : on_signal_(std::move(on_signal)) {
  sigemptyset(&set_);
  sigaddset(&set_, SIGTERM);
  sigaddset(&set_, SIGINT);
  sigaddset(&set_, kEnd);
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  // A peer that closes a connection is told by the write's error.
  signal(SIGPIPE, SIG_IGN);
  thread_ = std::thread([this] { Run(); });
}

Signals::~Signals() {
  pthread_kill(thread_.native_handle(), kEnd);
  thread_.join();
}

void Signals::Run() {
  while (true) {
    int signal = 0;
    if (sigwait(&set_, &signal) != 0) continue;
    if (signal == kEnd) return;
    on_signal_(signal);
  }
}

}  // namespace server
