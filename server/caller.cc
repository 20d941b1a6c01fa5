#include "server/caller.h"

#include <string>
#include <string_view>
#include <vector>

#include "grpcpp/security/auth_context.h"
#include "server/strings.h"

namespace server {
namespace {

// The parts of `text` between separators that stand in no quotes; in quotes a backslash takes the next
// character along.
std::vector<std::string_view> SplitUnquoted(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  size_t begin = 0;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && quoted)
      ++i;
    else if (text[i] == '"')
      quoted = !quoted;
    else if (text[i] == separator && !quoted) {
      parts.push_back(text.substr(begin, i - begin));
      begin = i + 1;
    }
  }
  parts.push_back(text.substr(begin));
  return parts;
}

}  // namespace

std::string PrincipalOf(const grpc::ServerContextBase& context) {
  const auto auth = context.auth_context();
  if (auth == nullptr || !auth->IsPeerAuthenticated()) return "";
  const std::vector<grpc::string_ref> names = auth->GetPeerIdentity();
  return names.empty() ? "" : std::string(names[0].data(), names[0].size());
}

std::string ForwardedOf(const grpc::ServerContextBase& context) {
  constexpr std::string_view kUri = "URI=";
  constexpr size_t kMaxLength = 2048;  // the longest a SPIFFE id may be
  const auto found = context.client_metadata().find("x-forwarded-client-cert");
  if (found == context.client_metadata().end()) return "";
  const std::string_view hops(found->second.data(), found->second.size());
  for (const std::string_view member : SplitUnquoted(SplitUnquoted(hops, ',').back(), ';')) {
    if (member.substr(0, kUri.size()) != kUri) continue;
    return std::string(member.substr(kUri.size(), kMaxLength));
  }
  return "";
}

std::string RequesterOf(const grpc::ServerContextBase& context) {
  constexpr size_t kMaxName = 256;
  const std::string principal = PrincipalOf(context).substr(0, kMaxName);
  const std::string forwarded = ForwardedOf(context).substr(0, kMaxName);
  if (forwarded.empty()) return principal;
  return StrCat(forwarded, " by ", principal.empty() ? context.peer() : principal);
}

}  // namespace server
