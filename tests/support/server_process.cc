#include "tests/support/server_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

extern char** environ;

namespace tests {
namespace {

std::string BuildDir() {
  const char* const dir = std::getenv("DUCTAPE_BINARY_DIR");
  return dir == nullptr ? "build/release" : dir;
}

// The value after `key` in a line of words.
std::string Field(const std::string& line, const std::string& key) {
  const size_t at = line.find(key);
  if (at == std::string::npos) return "";
  const size_t begin = at + key.size();
  return line.substr(begin, line.find_first_of(" \n", begin) - begin);
}

}  // namespace

ServerProcess::ServerProcess(std::vector<std::string> arguments, const std::string& data_dir)
    : arguments_(std::move(arguments)) {
  std::string path = (std::filesystem::temp_directory_path() / "ductape_server_XXXXXX").string();
  own_dir_ = mkdtemp(path.data());
  data_dir_ = data_dir.empty() ? own_dir_ : data_dir;
}

ServerProcess::~ServerProcess() {
  if (pid_ > 0) Stop(SIGKILL);
  std::error_code ignored;
  std::filesystem::remove_all(own_dir_, ignored);
  std::filesystem::remove(log_file(), ignored);
}

bool ServerProcess::Start() {
  std::vector<std::string> words = {BuildDir() + "/bin/ductape-jobsd",
                                    "--data-dir",
                                    data_dir_,
                                    "--listen",
                                    "127.0.0.1:0",
                                    "--http-listen",
                                    "127.0.0.1:0"};
  words.insert(words.begin(), launcher_.begin(), launcher_.end());
  words.insert(words.end(), arguments_.begin(), arguments_.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  int pipe_ends[2];
  if (pipe2(pipe_ends, O_CLOEXEC) != 0) return false;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, log_file().c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  const int error = posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(pipe_ends[1]);
  FILE* const out = fdopen(pipe_ends[0], "r");
  char line[512] = "";
  const bool ready = error == 0 && std::fgets(line, sizeof(line), out) != nullptr &&
                     std::string(line).rfind("ready ", 0) == 0;
  std::fclose(out);
  if (error != 0) pid_ = -1;
  grpc_ = ready ? Field(line, "grpc=") : "";
  http_ = ready ? Field(line, "http=") : "";
  return ready;
}

int ServerProcess::Stop(int signal) {
  if (pid_ <= 0) return -1;
  kill(pid_, signal);
  int status = 0;
  waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool ServerProcess::alive() const {
  siginfo_t info{};
  return pid_ > 0 && waitid(P_PID, pid_, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == 0;
}

}  // namespace tests
