#include "scheduler/dispatch/notification/smtp_line.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>

#include "scheduler/base/strings.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;
using Security = core::SmtpSettings::Security;

// Far beyond the 512 bytes that a line of a reply may have (RFC 5321, 4.5.3.1.5).
constexpr long kBufferBytes = 128 * 1024;

struct Upload {
  std::string_view rest;
};

size_t ReadMail(char* to, size_t size, size_t count, void* data) {
  auto* const upload = static_cast<Upload*>(data);
  const size_t length = std::min(size * count, upload->rest.size());
  memcpy(to, upload->rest.data(), length);
  upload->rest.remove_prefix(length);
  return length;
}

size_t DropBody(char* /*data*/, size_t size, size_t count, void* /*unused*/) {
  return size * count;
}

std::string BracketedHost(const std::string& host) {
  return host.find(':') == std::string::npos ? host : StrCat("[", host, "]");
}

// A list for libcurl that goes with its owner.
class List {
 public:
  List() = default;
  ~List() { curl_slist_free_all(list_); }
  List(const List&) = delete;
  List& operator=(const List&) = delete;
  void Add(const std::string& text) { list_ = curl_slist_append(list_, text.c_str()); }
  curl_slist* get() const { return list_; }

 private:
  curl_slist* list_ = nullptr;
};

void SetBlob(CURL* handle, CURLoption option, const base::SecretText& text) {
  // The bytes are copied: a line keeps its handle longer than a mail keeps its secrets.
  curl_blob blob = {const_cast<char*>(text.view().data()), text.size(), CURL_BLOB_COPY};
  curl_easy_setopt(handle, option, text.empty() ? nullptr : &blob);
}

}  // namespace

// What must stay where it is while libcurl sends.
struct SmtpLine::Transfer {
  List pins;
  List detour;
};

SmtpLine::SmtpLine(const EgressPolicy* egress) : egress_(egress), handle_(curl_easy_init()) {
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  curl_easy_setopt(handle_, CURLOPT_PROXY, "");
  curl_easy_setopt(handle_, CURLOPT_UPLOAD, 1L);
  // libcurl 7.88 waits for more when a reply is longer than its buffer, though all of it is there.
  curl_easy_setopt(handle_, CURLOPT_BUFFERSIZE, kBufferBytes);
  curl_easy_setopt(handle_, CURLOPT_MAIL_RCPT_ALLLOWFAILS, 1L);
  // What makes no sense to send over mail in the clear, or blocks (GSSAPI), is not tried.
  curl_easy_setopt(handle_, CURLOPT_LOGIN_OPTIONS, "AUTH=PLAIN;AUTH=LOGIN");
  curl_easy_setopt(handle_, CURLOPT_SASL_IR, 1L);
  curl_easy_setopt(handle_, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
  curl_easy_setopt(handle_, CURLOPT_READFUNCTION, &ReadMail);
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, &DropBody);
  curl_easy_setopt(handle_, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(handle_, CURLOPT_DEBUGFUNCTION, &SmtpLine::OnDebug);
  curl_easy_setopt(handle_, CURLOPT_DEBUGDATA, this);
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETFUNCTION, &SmtpLine::OpenSocket);
  curl_easy_setopt(handle_, CURLOPT_OPENSOCKETDATA, this);
  curl_easy_setopt(handle_, CURLOPT_CLOSESOCKETFUNCTION, &SmtpLine::CloseSocket);
  curl_easy_setopt(handle_, CURLOPT_CLOSESOCKETDATA, this);
  curl_easy_setopt(handle_, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle_, CURLOPT_XFERINFOFUNCTION, &SmtpLine::OnProgress);
  curl_easy_setopt(handle_, CURLOPT_XFERINFODATA, this);
  curl_easy_setopt(handle_, CURLOPT_MAXCONNECTS, 1L);
}

SmtpLine::~SmtpLine() {
  StopReading();
  curl_easy_setopt(handle_, CURLOPT_VERBOSE, 0L);
  curl_easy_cleanup(handle_);
}

void SmtpLine::StopReading() {
  base::MutexLock lock(&mu_);
  for (const curl_socket_t socket : sockets_) shutdown(socket, SHUT_RD);
}

int SmtpLine::OnDebug(CURL* /*handle*/, curl_infotype type, char* text, size_t size, void* data) {
  auto* const line = static_cast<SmtpLine*>(data);
  const std::string_view said(text, size);
  if (line->dialog_ == nullptr) return 0;
  if (type == CURLINFO_HEADER_IN) line->dialog_->OnReply(said);
  if (type != CURLINFO_HEADER_OUT) return 0;
  line->dialog_->OnCommand(said);
  if (said.substr(0, 4) == "QUIT") line->StopReading();
  return 0;
}

curl_socket_t SmtpLine::OpenSocket(void* data, curlsocktype /*purpose*/, curl_sockaddr* address) {
  auto* const line = static_cast<SmtpLine*>(data);
  const std::optional<Endpoint> endpoint = EndpointOf(&address->addr);
  std::optional<std::string> denial =
      endpoint ? line->egress_->Denial(*endpoint) : "the mail server has no IP address";
  if (denial) {
    line->denial_ = *std::move(denial);
    return CURL_SOCKET_BAD;
  }
  const int fd = socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) return CURL_SOCKET_BAD;
  line->dialled_ = true;
  base::MutexLock lock(&line->mu_);
  line->sockets_.push_back(fd);
  return fd;
}

int SmtpLine::CloseSocket(void* data, curl_socket_t socket) {
  auto* const line = static_cast<SmtpLine*>(data);
  {
    base::MutexLock lock(&line->mu_);
    auto& sockets = line->sockets_;
    sockets.erase(std::remove(sockets.begin(), sockets.end(), socket), sockets.end());
  }
  return close(socket);
}

int SmtpLine::OnProgress(void* data, curl_off_t /*dltotal*/, curl_off_t /*dlnow*/,
                         curl_off_t /*ultotal*/, curl_off_t /*ulnow*/) {
  return static_cast<SmtpLine*>(data)->interrupted_ ? 1 : 0;
}

void SmtpLine::Interrupt() {
  interrupted_ = true;
  // Wakes libcurl at once; the descriptor stays until it closes it. shutdown does not block.
  base::MutexLock lock(&mu_);
  for (const curl_socket_t socket : sockets_) shutdown(socket, SHUT_RDWR);
}

void SmtpLine::SetTls(const SmtpServer& server) {
  const long use = server.security == Security::kStarttls ? CURLUSESSL_ALL : CURLUSESSL_NONE;
  curl_easy_setopt(handle_, CURLOPT_USE_SSL, use);
  curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYPEER, server.insecure_skip_verify ? 0L : 1L);
  curl_easy_setopt(handle_, CURLOPT_SSL_VERIFYHOST, server.insecure_skip_verify ? 0L : 2L);
  SetBlob(handle_, CURLOPT_CAINFO_BLOB, server.ca_certificates);
  // With its own authorities a server is not trusted for one of the system's.
  if (!server.ca_certificates.empty()) curl_easy_setopt(handle_, CURLOPT_CAPATH, nullptr);
  SetBlob(handle_, CURLOPT_SSLCERT_BLOB, server.client_certificate);
  SetBlob(handle_, CURLOPT_SSLKEY_BLOB, server.client_key);
}

void SmtpLine::SetServer(const SmtpServer& server, const std::vector<IpAddress>& addresses,
                         Transfer* transfer) {
  // libcurl checks the certificate for the URL's host, whose addresses these become.
  const std::string name = server.server_name.empty() ? server.address.host : server.server_name;
  const std::string place = StrCat(BracketedHost(name), ":", server.address.port);
  const char* const scheme = server.security == Security::kTls ? "smtps://" : "smtp://";
  curl_easy_setopt(handle_, CURLOPT_URL, StrCat(scheme, place).c_str());
  if (!ParseIpAddress(name)) {
    std::string pin = StrCat(place, ":");
    for (size_t i = 0; i < addresses.size(); ++i) {
      base::StrAppend(&pin, i == 0 ? "" : ",", BracketedHost(FormatIpAddress(addresses[i])));
    }
    transfer->pins.Add(StrCat("-", place));  // those of an earlier mail
    transfer->pins.Add(pin);
  } else if (name != server.address.host) {
    transfer->detour.Add(StrCat("::", BracketedHost(FormatIpAddress(addresses.front())), ":"));
  }
  curl_easy_setopt(handle_, CURLOPT_RESOLVE, transfer->pins.get());
  curl_easy_setopt(handle_, CURLOPT_CONNECT_TO, transfer->detour.get());
  const bool login = !server.username.empty();
  curl_easy_setopt(handle_, CURLOPT_USERNAME, login ? server.username.c_str() : nullptr);
  curl_easy_setopt(handle_, CURLOPT_PASSWORD,
                   login ? std::string(server.password.view()).c_str() : nullptr);
  SetTls(server);
}

SmtpOutcome SmtpLine::SendOnce(const Mail& mail, base::Millis timeout, base::Millis connect_timeout,
                               bool fresh, bool* kept) {
  Upload upload{mail.data};
  curl_easy_setopt(handle_, CURLOPT_READDATA, &upload);
  curl_easy_setopt(handle_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(mail.data.size()));
  return Perform(timeout, connect_timeout, fresh, kept);
}

SmtpOutcome SmtpLine::Perform(base::Millis timeout, base::Millis connect_timeout, bool fresh,
                              bool* kept) {
  SmtpOutcome outcome;
  char message[CURL_ERROR_SIZE] = {};
  denial_.clear();
  dialled_ = false;
  dialog_ = &outcome.dialog;
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt(handle_, CURLOPT_TIMEOUT_MS, static_cast<long>(timeout));
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(std::min(timeout, connect_timeout)));
  curl_easy_setopt(handle_, CURLOPT_FRESH_CONNECT, fresh ? 1L : 0L);
  outcome.code = curl_easy_perform(handle_);
  dialog_ = nullptr;
  long made = 0;
  curl_easy_getinfo(handle_, CURLINFO_NUM_CONNECTS, &made);
  *kept = made == 0;
  if (outcome.code != CURLE_OK) {
    outcome.message = message[0] != '\0' ? message : curl_easy_strerror(outcome.code);
    if (!dialled_) outcome.denial = denial_;
  }
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, nullptr);
  return outcome;
}

SmtpOutcome SmtpLine::Send(const SmtpServer& server, const std::vector<IpAddress>& addresses,
                           const Mail& mail, base::Millis timeout, base::Millis connect_timeout) {
  Transfer transfer;
  List recipients;
  for (const std::string& recipient : mail.recipients) recipients.Add(StrCat("<", recipient, ">"));
  SetServer(server, addresses, &transfer);
  curl_easy_setopt(handle_, CURLOPT_MAIL_FROM, StrCat("<", mail.sender, ">").c_str());
  curl_easy_setopt(handle_, CURLOPT_MAIL_RCPT, recipients.get());
  bool kept = false;
  SmtpOutcome outcome = SendOnce(mail, timeout, connect_timeout, false, &kept);
  const bool closed = outcome.dialog.last().code == 0 || outcome.dialog.last().code == 421;
  const bool untold = !outcome.dialog.began() && outcome.code != CURLE_OPERATION_TIMEDOUT;
  if (outcome.code != CURLE_OK && kept && closed && untold && !interrupted_) {
    outcome = SendOnce(mail, timeout, connect_timeout, true, &kept);
  }
  // These end with this call.
  curl_easy_setopt(handle_, CURLOPT_MAIL_RCPT, nullptr);
  curl_easy_setopt(handle_, CURLOPT_RESOLVE, nullptr);
  curl_easy_setopt(handle_, CURLOPT_CONNECT_TO, nullptr);
  return outcome;
}

SmtpOutcome SmtpLine::Probe(const SmtpServer& server, const std::vector<IpAddress>& addresses,
                            base::Millis timeout, base::Millis connect_timeout) {
  Transfer transfer;
  SetServer(server, addresses, &transfer);
  curl_easy_setopt(handle_, CURLOPT_UPLOAD, 0L);
  curl_easy_setopt(handle_, CURLOPT_CUSTOMREQUEST, "NOOP");
  bool kept = false;
  const SmtpOutcome outcome = Perform(timeout, connect_timeout, /*fresh=*/true, &kept);
  curl_easy_setopt(handle_, CURLOPT_RESOLVE, nullptr);
  curl_easy_setopt(handle_, CURLOPT_CONNECT_TO, nullptr);
  return outcome;
}

}  // namespace scheduler::dispatch
