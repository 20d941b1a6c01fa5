#ifndef SERVER_HANDLERS_UID_LISTING_H_
#define SERVER_HANDLERS_UID_LISTING_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "scheduler/base/limits.h"
#include "scheduler/core/ids.h"
#include "server/converters/page_token.h"
#include "server/converters/text.h"
#include "server/handlers/handler_env.h"
#include "server/status_macros.h"
#include "server/strings.h"

// Listings of a product's resources in the order of their uids, whose items are read and written as
// they are. What differs is told by a `Listing`:
//
//   struct EventListing {
//     using Query = engine::ListEvents;
//     using Page = engine::EventPage;
//     static constexpr std::string_view kMethod = "ListEvents";
//     static const auto& ViewsOf(const Page& page);                     // in the order of uids
//     static core::Uid UidOf(const engine::EventView& view);
//     static auto* ItemsOf(v1::ListEventsResponse* response);           // a RepeatedPtrField
//     static void Fill(const engine::EventView& view, v1::Event* out);  // an empty `out`
//   };
namespace server {

// A listing and what its page tokens are bound to.
template <typename Listing>
struct UidQuery {
  typename Listing::Query list;
  std::string token_query;
};

template <typename Listing, typename Request>
absl::StatusOr<UidQuery<Listing>> ToUidQuery(const Request& request, const HandlerEnv& env) {
  UidQuery<Listing> query;
  DUCTAPE_ASSIGN_OR_RETURN(query.list.product,
                           ResolveProduct("product", request.product(), env.default_product));
  DUCTAPE_ASSIGN_OR_RETURN(query.list.page_size, ToPageSize(request.page_size()));
  query.token_query = StrCat(Listing::kMethod, "/", query.list.product);
  if (!request.page_token().empty()) {
    DUCTAPE_ASSIGN_OR_RETURN(query.list.after,
                             env.tokens->ReadUid(query.token_query, request.page_token()));
  }
  return query;
}

// Fills the response up to the bound on bytes. The first item always fits, so that a listing goes on.
template <typename Listing, typename Response>
void FillUidPage(const HandlerEnv& env, const std::string& token_query,
                 const typename Listing::Page& page, Response* response) {
  int64_t bytes = 0;
  scheduler::core::Uid last = 0;
  scheduler::core::Uid next = page.next_after;
  auto* items = Listing::ItemsOf(response);
  for (const auto& view : Listing::ViewsOf(page)) {
    auto* item = items->Add();
    Listing::Fill(view, item);
    bytes += static_cast<int64_t>(item->ByteSizeLong());
    if (last != 0 && bytes > scheduler::base::limits::kMaxPageBytes) {
      items->RemoveLast();
      next = last;
      break;
    }
    last = Listing::UidOf(view);
  }
  if (next != 0) response->set_next_page_token(env.tokens->Make(token_query, next));
}

// Reads a page on the pool for lists and answers the call.
template <typename Listing, typename Request, typename Response>
void StartUidListing(const HandlerEnv& env, UnaryCall<Request, Response> call) {
  auto query = ToUidQuery<Listing>(call.request(), env);
  if (!query.ok()) return call.Fail(query.status());
  RunInBulk(env, std::move(call), [&env, query = *std::move(query)](auto admitted) {
    const auto fill = [&env, token_query = query.token_query](const typename Listing::Page& page,
                                                              Response* response) {
      FillUidPage<Listing>(env, token_query, page, response);
    };
    env.engine().List(query.list,
                      AnswerWith<typename Listing::Page>(env, std::move(admitted), fill));
  });
}

}  // namespace server

#endif  // SERVER_HANDLERS_UID_LISTING_H_
