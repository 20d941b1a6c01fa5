#include "tests/support/database_servers.h"

#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/support/http_server.h"
#include <libpq-fe.h>

namespace support {
namespace {

const char* const kPostgresBin = "/usr/lib/postgresql/15/bin/";

bool IsExecutable(const std::string& path) { return access(path.c_str(), X_OK) == 0; }

}  // namespace

DatabaseServer::DatabaseServer(std::string user, int stop_signal)
    : user_(std::move(user)), stop_signal_(stop_signal), port_(UnusedPort()) {
  chmod(dir_.path().c_str(), 0755);
  Own(dir_.path());
}

DatabaseServer::~DatabaseServer() = default;

std::vector<std::string> DatabaseServer::AsUser(std::vector<std::string> command) const {
  if (geteuid() != 0 || user_ == "root") return command;
  std::vector<std::string> whole = {"setpriv", "--reuid=" + user_, "--regid=" + user_,
                                    "--clear-groups"};
  whole.insert(whole.end(), command.begin(), command.end());
  return whole;
}

void DatabaseServer::Own(const std::string& path) const {
  const passwd* const entry = getpwnam(user_.c_str());
  if (geteuid() != 0 || entry == nullptr) return;
  [[maybe_unused]] const int changed = chown(path.c_str(), entry->pw_uid, entry->pw_gid);
}

void DatabaseServer::MakeTls() {
  certificate_ = MakeCertificate(dir_, "localhost", "DNS:localhost,IP:127.0.0.1");
  client_certificate_ = MakeCertificate(dir_, "client", "DNS:client.example");
  Own(client_certificate_.certificate_file);
  chmod(certificate_.key_file.c_str(), 0600);
  Own(certificate_.key_file);
  Own(certificate_.certificate_file);
}

bool DatabaseServer::Start() {
  process_ = std::make_unique<ChildProcess>(AsUser(Command()), dir_.File("log"));
  if (!AwaitListening(port_, process_.get())) return false;
  constexpr int kPatience = 3000;  // times 10 ms
  for (int i = 0; i < kPatience && process_->Running(); ++i) {
    if (Ready()) return true;
    usleep(10'000);
  }
  return false;
}

void DatabaseServer::Kill() {
  if (process_ == nullptr) return;
  if (process_->Running()) kill(process_->pid(), stop_signal_);
  process_->Wait();
  process_.reset();
}

bool PostgresServer::IsInstalled() { return IsExecutable(absl::StrCat(kPostgresBin, "initdb")); }

PostgresServer::PostgresServer() : DatabaseServer("postgres", SIGQUIT) {
  MakeTls();
  WriteFile(File("password"), kPassword);
  Own(File("password"));
  RunCommand(
      AsUser({absl::StrCat(kPostgresBin, "initdb"), "-D", File("data"), "-A", "scram-sha-256", "-U",
              "postgres", "--pwfile", File("password"), "--no-sync", "--locale=C.UTF-8"}),
      File("init"));
  const std::string rules = File("data") + "/pg_hba.conf";
  WriteFile(rules,
            "hostssl all certified 127.0.0.1/32 scram-sha-256 clientcert=verify-ca\n"
            "host all certified 127.0.0.1/32 reject\n" +
                ReadFile(rules));
  Own(rules);
}

std::vector<std::string> PostgresServer::Command() {
  return {absl::StrCat(kPostgresBin, "postgres"),
          "-D",
          File("data"),
          "-p",
          std::to_string(port()),
          "-clisten_addresses=127.0.0.1",
          "-cunix_socket_directories=",
          "-cfsync=off",
          "-cmax_connections=200",
          "-cssl=on",
          "-cssl_cert_file=" + certificate().certificate_file,
          "-cssl_key_file=" + certificate().key_file,
          "-cssl_ca_file=" + client_certificate().certificate_file};
}

std::string PostgresServer::Query(const std::string& statement) {
  const std::string settings =
      absl::StrCat("host=127.0.0.1 user=postgres dbname=postgres sslmode=disable port=", port(),
                   " password=", kPassword);
  PGconn* const connection = PQconnectdb(settings.c_str());
  PGresult* const result = PQexec(connection, statement.c_str());
  std::string cell;
  if (PQresultStatus(result) == PGRES_TUPLES_OK) {
    if (PQntuples(result) > 0) cell = PQgetvalue(result, 0, 0);
  } else if (PQresultStatus(result) != PGRES_COMMAND_OK) {
    cell = absl::StrCat("error: ", PQerrorMessage(connection));
  }
  PQclear(result);
  PQfinish(connection);
  return cell;
}

bool MongoServer::IsInstalled() {
  return IsExecutable("/usr/bin/mvn") && IsExecutable("/usr/bin/java");
}

MongoServer::MongoServer(Security security) : DatabaseServer("root", SIGKILL), security_(security) {
  if (security == Security::kTls) MakeTls();
  WriteFile(File("pom.xml"), R"(<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>tests</groupId>
  <artifactId>mongo</artifactId>
  <version>1</version>
  <dependencies>
    <dependency>
      <groupId>de.bwaldvogel</groupId>
      <artifactId>mongo-java-server</artifactId>
      <version>1.46.0</version>
    </dependency>
  </dependencies>
</project>
)");
  WriteFile(File("M.java"), R"(
import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.io.FileInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;

public class M {
  // M PORT [CERTIFICATE KEY]
  public static void main(String[] args) throws Exception {
    MongoServer server = new MongoServer(new MemoryBackend());
    if (args.length > 1) {
      X509Certificate certificate = (X509Certificate)
          CertificateFactory.getInstance("X.509").generateCertificate(new FileInputStream(args[1]));
      String pem = Files.readString(Path.of(args[2])).replaceAll("-----[A-Z ]+-----|\\s", "");
      PKCS8EncodedKeySpec key = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem));
      server.enableSsl(KeyFactory.getInstance("EC").generatePrivate(key), null, certificate);
    }
    server.bind("127.0.0.1", Integer.parseInt(args[0]));
    Thread.currentThread().join();
  }
}
)");
  RunCommand({"mvn", "-q", "-B", "-ntp", "-f", File("pom.xml"), "dependency:copy-dependencies",
              "-DoutputDirectory=" + File("lib"), "-DincludeScope=runtime"},
             File("mvn"));
}

std::vector<std::string> MongoServer::Command() {
  std::vector<std::string> command = {
      "java", "-Xmx256m", "-cp", File("lib") + "/*", File("M.java"), std::to_string(port())};
  if (security_ == Security::kTls) {
    command.insert(command.end(), {certificate().certificate_file, certificate().key_file});
  }
  return command;
}

bool MariadbServer::IsInstalled() {
  return IsExecutable("/usr/sbin/mariadbd") && IsExecutable("/usr/bin/mariadb-install-db");
}

MariadbServer::MariadbServer() : DatabaseServer("mysql", SIGKILL) {
  MakeTls();
  RunCommand({"mariadb-install-db", "--no-defaults", "--user=mysql", "--datadir=" + File("data"),
              "--auth-root-authentication-method=normal", "--skip-test-db"},
             File("init"));
  WriteFile(File("init.sql"),
            absl::StrCat("CREATE DATABASE IF NOT EXISTS test;\n",
                         "ALTER USER root@localhost IDENTIFIED BY '", kPassword, "';\n",
                         "CREATE OR REPLACE USER root@'127.0.0.1' IDENTIFIED BY '", kPassword,
                         "';\nGRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;\n",
                         "CREATE OR REPLACE USER certified@'127.0.0.1' IDENTIFIED BY '", kPassword,
                         "' REQUIRE X509;\nGRANT SELECT ON test.* TO certified@'127.0.0.1';\n"));
  Own(File("init.sql"));
}

std::vector<std::string> MariadbServer::Command() {
  return {"/usr/sbin/mariadbd",
          "--no-defaults",
          "--datadir=" + File("data"),
          "--port=" + std::to_string(port()),
          "--bind-address=127.0.0.1",
          "--socket=" + File("socket"),
          "--skip-log-bin",
          "--skip-name-resolve",
          "--max-connections=200",
          "--init-file=" + File("init.sql"),
          "--ssl-cert=" + certificate().certificate_file,
          "--ssl-key=" + certificate().key_file,
          "--ssl-ca=" + client_certificate().certificate_file};
}

std::string MariadbServer::Query(const std::string& statement) {
  const std::string output = File("query");
  std::remove(output.c_str());  // what is run writes behind what is there
  const int code = RunCommand(
      {"mariadb", "--no-defaults", "-h127.0.0.1", "-uroot", absl::StrCat("-p", kPassword),
       absl::StrCat("-P", port()), "--delimiter=//", "-N", "-B", "-e", statement, "test"},
      output);
  std::string text = ReadFile(output);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return code == 0 ? text : "error: " + text;
}

}  // namespace support
