#ifndef TESTS_SUPPORT_DATABASE_SERVERS_H_
#define TESTS_SUPPORT_DATABASE_SERVERS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/certificates.h"
#include "tests/support/child_process.h"

// Databases that a test starts on free ports of 127.0.0.1, with data of their own, and stops.
namespace support {

// The common part: a program that runs as the database's own user where the test is root.
class DatabaseServer {
 public:
  virtual ~DatabaseServer();
  DatabaseServer(const DatabaseServer&) = delete;
  DatabaseServer& operator=(const DatabaseServer&) = delete;

  int port() const { return port_; }
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  const Certificate& certificate() const { return certificate_; }
  const Certificate& client_certificate() const { return client_certificate_; }

  // Starts it (again, on the same port and data); whether it takes connections.
  bool Start();
  // Ends it at once, as a crash would.
  void Kill();
  std::string log() const { return ReadFile(dir_.File("log")); }

 protected:
  DatabaseServer(std::string user, int stop_signal);
  virtual std::vector<std::string> Command() = 0;
  // Whether it answers; those that listen may still be starting.
  virtual bool Ready() { return true; }
  // `command` as the database's user.
  std::vector<std::string> AsUser(std::vector<std::string> command) const;
  void Own(const std::string& path) const;
  std::string File(const std::string& name) const { return dir_.File(name); }
  // Makes certificate() for localhost and 127.0.0.1, and client_certificate().
  void MakeTls();

 private:
  const std::string user_;
  const int stop_signal_;
  const TempDir dir_;
  Certificate certificate_;
  Certificate client_certificate_;
  const int port_;
  std::unique_ptr<ChildProcess> process_;
};

// PostgreSQL with scram passwords and TLS for whoever wants it: user and database "postgres", the password
// below. A user "certified" with the same password must also show client_certificate().
class PostgresServer final : public DatabaseServer {
 public:
  static constexpr char kPassword[] = "postgres-secret";
  static bool IsInstalled();

  PostgresServer();
  ~PostgresServer() override { Kill(); }

  // The first cell of what a statement gives, over a connection of its own; "error: …" if it fails.
  std::string Query(const std::string& statement);

 private:
  bool Ready() override { return Query("select 1") == "1"; }
  std::vector<std::string> Command() override;
};

// MariaDB with TLS for whoever wants it: user "root" and the password below, database "test". A user "certified" with
// the same password must also show client_certificate().
class MariadbServer final : public DatabaseServer {
 public:
  static constexpr char kPassword[] = "mariadb-secret";
  static bool IsInstalled();

  MariadbServer();
  ~MariadbServer() override { Kill(); }

  // What the command line client prints for a statement; "error" if it fails.
  std::string Query(const std::string& statement);

 private:
  std::vector<std::string> Command() override;
};

// mongo-java-server, which speaks MongoDB 4.0's protocol: in memory and without users. Maven brings it.
class MongoServer final : public DatabaseServer {
 public:
  static bool IsInstalled();

  enum class Security : uint8_t { kNone, kTls };
  explicit MongoServer(Security security = Security::kNone);
  ~MongoServer() override { Kill(); }

 private:
  std::vector<std::string> Command() override;

  const Security security_;
};

}  // namespace support

#endif  // TESTS_SUPPORT_DATABASE_SERVERS_H_
