#include "scheduler/dispatch/notification/smtp_reply.h"

#include <utility>

#include "scheduler/core/failure.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

namespace failure = core::failure;

constexpr size_t kMaxTextBytes = 512;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// "5.1.1" of "550 5.1.1 no such user"; empty if there is none.
std::string_view EnhancedCode(std::string_view text) {
  if (text.size() < 9) return {};
  text.remove_prefix(4);
  if (!IsDigit(text[0]) || text[1] != '.' || !IsDigit(text[2])) return {};
  const size_t end = text.find_first_not_of("0123456789.");
  return text.substr(0, end);
}

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

std::string_view ClassOfPermanent(int code, std::string_view enhanced) {
  const bool login = code == 530 || code == 534 || code == 535 || code == 538;
  if (login || enhanced == "5.7.8" || enhanced == "5.7.9") return failure::kUnauthenticated;
  if (StartsWith(enhanced, "5.7.")) return failure::kForbidden;
  if (StartsWith(enhanced, "5.1.")) return failure::kNotFound;
  const bool mailbox = code == 550 || code == 551 || code == 553;
  return mailbox && enhanced.empty() ? failure::kNotFound : failure::kValidation;
}

}  // namespace

std::string_view ClassOfSmtpReply(const SmtpReply& reply) {
  const std::string_view enhanced = EnhancedCode(reply.text);
  if (reply.code >= 500) return ClassOfPermanent(reply.code, enhanced);
  if (enhanced == "4.4.5" || enhanced == "4.7.28") return failure::kRateLimited;
  return failure::kUnavailable;
}

void SmtpDialog::OnCommand(std::string_view line) {
  if (StartsWithIgnoreCase(line, "MAIL FROM:")) {
    step_ = Step::kMail;
  } else if (StartsWithIgnoreCase(line, "RCPT TO:")) {
    step_ = Step::kRecipient;
  } else if (StartsWithIgnoreCase(line, "DATA")) {
    step_ = Step::kData;
  } else if (StartsWithIgnoreCase(line, "QUIT")) {
    step_ = Step::kQuit;
  } else {
    step_ = Step::kOther;
  }
}

void SmtpDialog::OnReply(std::string_view line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (line.size() < 3 || !IsDigit(line[0]) || !IsDigit(line[1]) || !IsDigit(line[2])) return;
  if (open_.text.empty()) {
    open_.text = line.substr(0, kMaxTextBytes);
    if (open_.text.size() > 3) open_.text[3] = ' ';
  } else if (open_.text.size() < kMaxTextBytes && line.size() > 4) {
    open_.text.append(" ").append(line.substr(4, kMaxTextBytes));
  }
  if (line.size() > 3 && line[3] == '-') return;
  if (step_ == Step::kQuit) return;  // libcurl takes its leave of those who refused
  open_.code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  last_ = std::exchange(open_, SmtpReply());
  if (greeting_.code == 0) greeting_ = last_;
  const bool good = last_.code < 400;
  switch (step_) {
    case Step::kMail:
      began_ = began_ || good;
      break;
    case Step::kRecipient:
      recipients_.push_back(last_);
      break;
    case Step::kData:
      if (good) {
        step_ = Step::kMessage;  // what is said next is about all of it
        return;
      }
      message_ = last_;
      break;
    case Step::kMessage:
      message_ = last_;
      break;
    case Step::kOther:
    case Step::kQuit:
      break;
  }
  step_ = Step::kOther;
}

std::string QueueIdOf(const SmtpReply& message) {
  constexpr std::string_view kQueuedAs = "queued as ";
  const size_t at = message.text.find(kQueuedAs);
  if (at == std::string::npos) return "";
  const std::string_view rest = std::string_view(message.text).substr(at + kQueuedAs.size());
  return ToMessage(rest.substr(0, rest.find_first_of(" \t.;)>")), 64);
}

}  // namespace scheduler::dispatch
