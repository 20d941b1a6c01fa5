#include "scheduler/dispatch/notification/mail_message.h"

#include <algorithm>
#include <utility>

#include "absl/time/time.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/ids.h"
#include "scheduler/dispatch/delivery_fields.h"
#include "scheduler/dispatch/notification/mail_text.h"
#include "scheduler/dispatch/text.h"

namespace scheduler::dispatch {
namespace {

using base::StrCat;

// Quoted-printable never holds "=_", and base64 no "_": no part can contain it (RFC 2045, 6.7, note 5).
constexpr std::string_view kBoundary = "=_ductape-jobs_=";

absl::StatusOr<core::MailAddress> RenderAddress(const Renderer& renderer, const std::string& field,
                                                const std::string& text) {
  const absl::StatusOr<std::string> rendered =
      renderer.RenderWithoutSecrets(field, text, Landing::kHeader);
  if (!rendered.ok()) return rendered.status();
  absl::StatusOr<core::MailAddress> address = core::ParseMailAddress(*rendered);
  if (address.ok()) return address;
  return absl::InvalidArgumentError(StrCat(field, " \"", ToMessage(*rendered, 128), "\" ",
                                           base::FromAbsl(address.status().message())));
}

absl::Status RenderAddresses(const Renderer& renderer, const std::string& field,
                             const std::vector<std::string>& texts,
                             std::vector<core::MailAddress>* out) {
  for (size_t i = 0; i < texts.size(); ++i) {
    absl::StatusOr<core::MailAddress> address =
        RenderAddress(renderer, StrCat(field, "[", i, "]"), texts[i]);
    if (!address.ok()) return address.status();
    out->push_back(*std::move(address));
  }
  return absl::OkStatus();
}

absl::Status RenderText(const Renderer& renderer, const std::string& field, const std::string& text,
                        Landing landing, std::string* out) {
  absl::StatusOr<std::string> rendered = renderer.Render(field, text, landing);
  if (!rendered.ok()) return rendered.status();
  *out = *std::move(rendered);
  return absl::OkStatus();
}

bool HasControl(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (c >= 0 && c < 0x20) || c == 0x7f; });
}

void AppendHeader(std::string_view name, std::string_view value, std::string* out) {
  base::StrAppend(out, name, ": ", value, "\r\n");
}

// One address a line, but for short lists.
void AppendAddresses(std::string_view name, const std::vector<core::MailAddress>& addresses,
                     std::string* out) {
  if (addresses.empty()) return;
  std::string value;
  for (const core::MailAddress& address : addresses) {
    if (!value.empty()) value.append(",\r\n ");
    value.append(FormatMailAddress(address));
  }
  AppendHeader(name, value, out);
}

void AppendPart(std::string_view subtype, const std::string& text, std::string* out) {
  const bool base64 = PrefersBase64(text);
  AppendHeader("Content-Type", StrCat("text/", subtype, "; charset=utf-8"), out);
  AppendHeader("Content-Transfer-Encoding", base64 ? "base64" : "quoted-printable", out);
  out->append("\r\n");
  out->append(base64 ? EncodeBase64Lines(text) : EncodeQuotedPrintable(text));
}

void AppendBody(const MailContent& content, std::string* out) {
  if (content.html.empty()) return AppendPart("plain", content.text, out);
  if (content.text.empty()) return AppendPart("html", content.html, out);
  AppendHeader("Content-Type", StrCat("multipart/alternative; boundary=\"", kBoundary, "\""), out);
  base::StrAppend(out, "\r\n--", kBoundary, "\r\n");
  AppendPart("plain", content.text, out);
  base::StrAppend(out, "\r\n--", kBoundary, "\r\n");
  AppendPart("html", content.html, out);  // the last is what readers prefer
  base::StrAppend(out, "\r\n--", kBoundary, "--\r\n");
}

// RFC 5322, 3.3.
std::string FormatMailDate(base::Millis date) {
  return absl::FormatTime("%a, %d %b %Y %H:%M:%S +0000", absl::FromUnixMillis(date),
                          absl::UTCTimeZone());
}

}  // namespace

absl::StatusOr<MailContent> RenderMail(const core::EmailMessage& email,
                                       const std::string& default_from, const Renderer& renderer,
                                       const std::string& field) {
  MailContent content;
  const std::string& from = email.from.empty() ? default_from : email.from;
  if (from.empty())
    return absl::InvalidArgumentError(
        "neither the event nor its connection says whom mail is from");
  absl::StatusOr<core::MailAddress> sender = RenderAddress(renderer, field + ".from", from);
  if (!sender.ok()) return sender.status();
  content.from = *std::move(sender);
  if (!email.reply_to.empty()) {
    absl::StatusOr<core::MailAddress> reply_to =
        RenderAddress(renderer, field + ".reply_to", email.reply_to);
    if (!reply_to.ok()) return reply_to.status();
    content.reply_to = *std::move(reply_to);
  }
  absl::Status status = RenderAddresses(renderer, field + ".to", email.to, &content.to);
  if (status.ok()) status = RenderAddresses(renderer, field + ".cc", email.cc, &content.cc);
  if (status.ok()) status = RenderAddresses(renderer, field + ".bcc", email.bcc, &content.bcc);
  if (status.ok()) {
    status =
        RenderText(renderer, field + ".subject", email.subject, Landing::kHeader, &content.subject);
  }
  if (status.ok())
    status = RenderText(renderer, field + ".text", email.text, Landing::kText, &content.text);
  if (status.ok())
    status = RenderText(renderer, field + ".html", email.html, Landing::kHtml, &content.html);
  if (!status.ok()) return status;
  if (HasControl(content.subject)) {
    return absl::InvalidArgumentError(field + ".subject holds a control character");
  }
  if (content.to.empty() && content.cc.empty() && content.bcc.empty()) {
    return absl::InvalidArgumentError(field + ".to names nobody");
  }
  if (content.text.empty() && content.html.empty()) {
    return absl::InvalidArgumentError(field + " has neither text nor html");
  }
  return content;
}

MailIdentity MailIdentityOf(const core::ClaimedRun& run, const core::NotificationTarget& target,
                            size_t index, base::Millis date) {
  MailIdentity identity;
  identity.date = date;
  const auto first =
      std::find_if(target.channels.begin(), target.channels.end(), [](const auto& channel) {
        return std::holds_alternative<core::EmailMessage>(channel.message);
      });
  identity.message_id = core::FormatRunId(run.key);
  if (first != target.channels.begin() + static_cast<std::ptrdiff_t>(index)) {
    base::StrAppend(&identity.message_id, ".", index);
  }
  identity.message_id.append("@ductape-jobs");
  for (const DeliveryField& field : DeliveryFieldsOf(run)) {
    if (field.metadata == "idempotency-key") continue;  // the Message-ID is it
    identity.fields.emplace_back(field.header, field.value);
  }
  return identity;
}

Mail BuildMail(const MailContent& content, const MailIdentity& identity) {
  Mail mail;
  mail.sender = content.from.address;
  for (const auto* list : {&content.to, &content.cc, &content.bcc}) {
    for (const core::MailAddress& address : *list) {
      const auto& known = mail.recipients;
      if (std::find(known.begin(), known.end(), address.address) != known.end()) continue;
      mail.recipients.push_back(address.address);
    }
  }
  std::string* const out = &mail.data;
  AppendHeader("Date", FormatMailDate(identity.date), out);
  AppendHeader("From", FormatMailAddress(content.from), out);
  if (content.reply_to) AppendHeader("Reply-To", FormatMailAddress(*content.reply_to), out);
  AppendAddresses("To", content.to, out);
  AppendAddresses("Cc", content.cc, out);
  AppendHeader("Message-ID", StrCat("<", identity.message_id, ">"), out);
  AppendHeader("Subject", EncodeHeaderText(content.subject, std::string_view("Subject: ").size()),
               out);
  AppendHeader("Auto-Submitted", "auto-generated",
               out);  // RFC 3834: nobody's absence note answers it
  for (const auto& [name, value] : identity.fields) AppendHeader(name, value, out);
  AppendHeader("MIME-Version", "1.0", out);
  AppendBody(content, out);
  return mail;
}

MailContent RedactContent(const SecretRedactor& redactor, MailContent content) {
  for (std::string* const text : {&content.subject, &content.text, &content.html}) {
    *text = redactor.Redact(std::move(*text), /*cut=*/false);
  }
  return content;
}

std::string TextOf(const Mail& mail) {
  std::string text = "MAIL FROM:<" + mail.sender + ">";
  for (const std::string& recipient : mail.recipients) text += "\nRCPT TO:<" + recipient + ">";
  text += "\n\n";
  for (const char c : mail.data) {
    if (c != '\r') text.push_back(c);
  }
  return text;
}

}  // namespace scheduler::dispatch
