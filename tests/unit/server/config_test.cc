#include "server/config.h"

#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace server {
namespace {

using Env = std::map<std::string, std::string>;

ParsedConfig Parse(const std::vector<std::string>& args, const Env& env = {}) {
  return ParseConfig(args, [&env](const std::string& name) -> std::optional<std::string> {
    const auto found = env.find(name);
    if (found == env.end()) return std::nullopt;
    return found->second;
  });
}

ServerConfig Good(const std::vector<std::string>& args, const Env& env = {}) {
  const ParsedConfig parsed = Parse(args, env);
  EXPECT_TRUE(parsed.config.has_value()) << parsed.err;
  return parsed.config.value_or(ServerConfig());
}

std::string Error(const std::vector<std::string>& args, const Env& env = {}) {
  const ParsedConfig parsed = Parse(args, env);
  EXPECT_FALSE(parsed.config.has_value());
  EXPECT_EQ(parsed.exit_code, 2);
  EXPECT_EQ(parsed.out, "");
  return parsed.err;
}

// A file that is gone with the test.
class TempFile {
 public:
  explicit TempFile(const std::string& text)
      : path_(testing::TempDir() + "config_test_" +
              testing::UnitTest::GetInstance()->current_test_info()->name() + ".toml") {
    std::ofstream(path_) << text;
  }
  ~TempFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  const std::string path_;
};

TEST(ConfigTest, HasDefaultsForAllButTheDataDirectory) {
  const ServerConfig config = Good({"--data-dir", "/d"});
  EXPECT_EQ(config.data_dir, "/d");
  EXPECT_EQ(config.default_product, "default");
  ASSERT_EQ(config.listen.size(), 1u);
  EXPECT_EQ(config.listen[0].ToString(), "127.0.0.1:7420");
  EXPECT_EQ(config.http_listen->ToString(), "127.0.0.1:7421");
  EXPECT_FALSE(config.admin_listen.has_value());
  EXPECT_TRUE(config.all_local());
  EXPECT_GE(config.loops, 1);
  EXPECT_EQ(config.disk_reserve_bytes, 256 * 1024 * 1024);
  EXPECT_EQ(config.drain_timeout, 30'000);
  EXPECT_NE(Error({}).find("--data-dir is required"), std::string::npos);
}

TEST(ConfigTest, TakesEveryFlag) {
  const ServerConfig config = Good({"--data-dir=/d",
                                    "--listen=127.0.0.1:0",
                                    "--listen",
                                    "unix:/tmp/s",
                                    "--listen=[::1]:7",
                                    "--http-listen=off",
                                    "--admin-listen=localhost:9",
                                    "--default-product=shop",
                                    "--loops=3",
                                    "--disk-reserve=1GiB",
                                    "--history-age=7d",
                                    "--history-bytes=5GiB",
                                    "--drain-timeout=1500ms",
                                    "--call-timeout=5s",
                                    "--connection-age=1h",
                                    "--connection-age-grace=10s",
                                    "--max-receive-bytes=2MiB",
                                    "--max-concurrent-streams=50",
                                    "--log-level=debug",
                                    "--egress-allow=10.0.0.0/8",
                                    "--egress-deny=192.0.2.0/24",
                                    "--egress-deny=198.51.100.0/24"});
  ASSERT_EQ(config.listen.size(), 3u);
  EXPECT_TRUE(config.listen[1].is_unix());
  EXPECT_EQ(config.listen[2].host, "::1");
  EXPECT_FALSE(config.http_listen.has_value());
  EXPECT_EQ(config.admin_listen->port, 9);
  EXPECT_EQ(config.default_product, "shop");
  EXPECT_EQ(config.loops, 3);
  EXPECT_EQ(config.disk_reserve_bytes, 1LL << 30);
  EXPECT_EQ(config.history_age, 7 * scheduler::base::kDay);
  EXPECT_EQ(config.history_bytes, 5LL << 30);
  EXPECT_EQ(config.drain_timeout, 1500);
  EXPECT_EQ(config.call_timeout, 5000);
  EXPECT_EQ(config.connection_age, scheduler::base::kHour);
  EXPECT_EQ(config.max_receive_bytes, 2 * 1024 * 1024);
  EXPECT_EQ(config.max_concurrent_streams, 50);
  EXPECT_EQ(config.log_level, scheduler::base::LogLevel::kDebug);
  EXPECT_EQ(config.egress_deny.size(), 2u);
}

TEST(ConfigTest, FlagsWinOverTheEnvironmentAndThatOverTheFile) {
  const TempFile file(
      "data-dir = \"/file\"\nlisten = [\"127.0.0.1:1\", \"127.0.0.1:2\"]\nloops = 7\n"
      "insecure-plaintext = true\ndrain-timeout = \"3s\"\n");
  const Env env = {{"DUCTAPE_JOBS_DATA_DIR", "/env"},
                   {"DUCTAPE_JOBS_LISTEN", "127.0.0.1:3,127.0.0.1:4"}};
  ServerConfig config = Good({"--config", file.path()});
  EXPECT_EQ(config.data_dir, "/file");
  EXPECT_EQ(config.listen.size(), 2u);
  EXPECT_EQ(config.loops, 7);
  EXPECT_TRUE(config.insecure_plaintext);
  EXPECT_EQ(config.drain_timeout, 3000);
  config = Good({"--config", file.path()}, env);
  EXPECT_EQ(config.data_dir, "/env");
  ASSERT_EQ(config.listen.size(), 2u);
  EXPECT_EQ(config.listen[1].port, 4);
  EXPECT_EQ(config.loops, 7);
  config = Good({"--config", file.path(), "--data-dir=/flag", "--listen=127.0.0.1:5"}, env);
  EXPECT_EQ(config.data_dir, "/flag");
  ASSERT_EQ(config.listen.size(), 1u);
  EXPECT_EQ(config.listen[0].port, 5);
}

TEST(ConfigTest, TheFileCanBeNamedByTheEnvironment) {
  const TempFile file("data-dir = \"/file\"\n");
  EXPECT_EQ(Good({}, {{"DUCTAPE_JOBS_CONFIG", file.path()}}).data_dir, "/file");
}

TEST(ConfigTest, OtherProgramsVariablesAreLeftAlone) {
  EXPECT_EQ(Good({"--data-dir=/d"}, {{"DUCTAPE_JOBS_ADDRESS", "x"}}).data_dir, "/d");
}

TEST(ConfigTest, NamesWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"--nonsense", "--nonsense"},
      {"--listen=nonsense", "nonsense"},
      {"--listen=::1:80", "brackets"},
      {"--listen=localhost:65536", "65535"},
      {"--listen=unix:", "107"},
      {"--http-listen=unix:/x", "--http-listen"},
      {"--default-product=a/b", "--default-product"},
      {"--loops=-1", "--loops"},
      {"--loops=many", "--loops"},
      {"--drain-timeout=30", "--drain-timeout"},
      {"--drain-timeout=-1s", "--drain-timeout"},
      {"--disk-reserve=lots", "--disk-reserve"},
      {"--log-level=loud", "--log-level"},
      {"--tls-cert=/c", "go together"},
      {"--tls-client-ca=/c", "needs --tls-cert"},
      {"--config=/nonexistent/file", "/nonexistent/file"},
      {"stray", "stray"},
  };
  for (const auto& [arg, expected] : cases) {
    const std::string error = Error({"--data-dir=/d", arg});
    EXPECT_NE(error.find(expected), std::string::npos) << arg << ": " << error;
  }
}

TEST(ConfigTest, UnknownSettingsOfAFileAreRefused) {
  const TempFile file("data-dir = \"/file\"\ndata-dri = \"typo\"\n");
  const std::string error = Error({"--config", file.path()}, {{"DUCTAPE_JOBS_DATA_DRI", "x"}});
  EXPECT_NE(error.find(file.path() + ", line 2: data-dri is no setting; did you mean data-dir?"),
            std::string::npos)
      << error;
}

TEST(ConfigTest, PlaintextBeyondLoopbackNeedsAWord) {
  EXPECT_NE(Error({"--data-dir=/d", "--listen=0.0.0.0:7420"}).find("--insecure-plaintext"),
            std::string::npos);
  EXPECT_NE(Error({"--data-dir=/d", "--listen=[::]:7420"}).find("--insecure-plaintext"),
            std::string::npos);
  EXPECT_NE(Error({"--data-dir=/d", "--admin-listen=example.com:7"}).find("--insecure-plaintext"),
            std::string::npos);
  EXPECT_TRUE(Good({"--data-dir=/d", "--listen=0.0.0.0:7420", "--tls-cert=/c", "--tls-key=/k"})
                  .tls.enabled());
}

// The HTTP side port has no TLS, so certificates do not cover it.
TEST(ConfigTest, TheHttpPortBeyondLoopbackNeedsTheWordEvenWithTls) {
  const std::vector<std::string> args = {"--data-dir=/d", "--http-listen=0.0.0.0:7421",
                                         "--tls-cert=/c", "--tls-key=/k"};
  const std::string error = Error(args);
  EXPECT_NE(error.find("--http-listen 0.0.0.0:7421"), std::string::npos) << error;
  EXPECT_NE(error.find("--insecure-plaintext"), std::string::npos) << error;
  std::vector<std::string> allowed = args;
  allowed.emplace_back("--insecure-plaintext");
  const ServerConfig config = Good(allowed);
  EXPECT_TRUE(config.tls.enabled());
  EXPECT_TRUE(config.grpc_local());
  EXPECT_FALSE(config.all_local());
}

TEST(ConfigTest, EveryListenerCountsForBeingLocal) {
  for (const char* open :
       {"--listen=0.0.0.0:7420", "--admin-listen=[::]:7422", "--http-listen=10.0.0.1:7421"}) {
    const ServerConfig config = Good({"--data-dir=/d", "--insecure-plaintext", open});
    EXPECT_FALSE(config.all_local()) << open;
    EXPECT_EQ(config.grpc_local(), std::string(open).starts_with("--http")) << open;
  }
  EXPECT_TRUE(Good({"--data-dir=/d", "--http-listen=off", "--listen=unix:/s",
                    "--admin-listen=localhost:7422"})
                  .all_local());
}

TEST(ConfigTest, HelpAndVersionAreNoErrors) {
  const ParsedConfig help = Parse({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_FALSE(help.config.has_value());
  EXPECT_NE(help.out.find("--data-dir"), std::string::npos);
  const ParsedConfig version = Parse({"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_EQ(version.out.find("ductape-jobsd "), 0u);
}

TEST(ListenAddressTest, KnowsWhatIsLocal) {
  for (const char* local : {"127.0.0.1:1", "127.9.9.9:1", "localhost:1", "[::1]:1", "unix:/s"}) {
    EXPECT_TRUE(ParseListenAddress(local).value().is_local()) << local;
  }
  for (const char* remote :
       {"0.0.0.0:1", "[::]:1", "10.0.0.1:1", "example.com:1", "127.example.com:1"}) {
    EXPECT_FALSE(ParseListenAddress(remote).value().is_local()) << remote;
  }
}

TEST(ListenAddressTest, IsPrintedWithTheBoundPort) {
  EXPECT_EQ(ParseListenAddress("127.0.0.1:0").value().ToString(55), "127.0.0.1:55");
  EXPECT_EQ(ParseListenAddress("[::1]:0").value().ToString(55), "[::1]:55");
  EXPECT_EQ(ParseListenAddress("unix:/s").value().ToString(55), "unix:/s");
  for (const char* bad : {"", "a", ":1", "a:", "a:b", "a:-1", "a:1 ", "[]:1", "[::1:1", "a b:1"}) {
    EXPECT_FALSE(ParseListenAddress(bad).ok()) << bad;
  }
}

TEST(ConfigTest, SecretsHaveKeysAndPlaces) {
  ServerConfig config = Good({"--data-dir", "/d"});
  EXPECT_EQ(config.secrets_key_file, "");
  EXPECT_EQ(config.secrets_keys, "");
  config = Good({"--data-dir", "/d", "--secrets-key-file", "/keys", "--secret-dir", "/a,/b",
                 "--secret-env-prefix=JOB_"});
  EXPECT_EQ(config.secrets_key_file, "/keys");
  EXPECT_EQ(config.secret_dirs, (std::vector<std::string>{"/a", "/b"}));
  EXPECT_EQ(config.secret_env_prefixes, (std::vector<std::string>{"JOB_"}));
  config = Good({"--data-dir", "/d"}, {{"DUCTAPE_JOBS_SECRETS_KEYS", "k1 x"}});
  EXPECT_EQ(config.secrets_keys, "k1 x");
  // Not where processes are listed.
  Error({"--data-dir", "/d", "--secrets-keys", "k1 x"});
  Error({"--data-dir", "/d", "--secrets-key-file", "/keys"}, {{"DUCTAPE_JOBS_SECRETS_KEYS", "k"}});
  Error({"--data-dir", "/d", "--secret-dir", "relative"});
}

}  // namespace
}  // namespace server
