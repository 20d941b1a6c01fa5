#ifndef CLIENT_JOBCTL_COMMANDS_PAGING_H_
#define CLIENT_JOBCTL_COMMANDS_PAGING_H_

#include <algorithm>
#include <cstdint>
#include <string>

#include "CLI/App.hpp"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/jobctl/exit_code.h"
#include "client/jobctl/session.h"

namespace jobctl {

// What is wrong with the text of --limit; empty: nothing.
inline std::string CheckLimit(const std::string& text) {
  int64_t number = 0;
  if (absl::SimpleAtoi(text, &number) && number >= 1) return "";
  return absl::StrCat("\"", text,
                      "\" is no whole number from 1 on; without --limit all are printed");
}

// How many resources a list prints at most; `limit` stays as it is, 0 for all, if it is not given.
inline void AddLimitFlag(CLI::App& command, int64_t& limit) {
  command.add_option("--limit", limit, "Print this many at most, 1 or more (default: all)")
      ->type_name("N")
      ->check(CheckLimit);
}

// Prints the resources of all pages, or the first `limit`. `fetch(request)` answers a page,
// `items(page)` its resources; `what` completes "cannot …". Answers the exit code; what was printed
// before an error stands. Nothing more is fetched once stdout is closed.
template <class Resource, class Request, class Fetch, class Items>
int PrintPages(Session& session, const std::string& what, Request request, int64_t limit,
               Fetch fetch, Items items) {
  constexpr int64_t kPageSize = 500;
  ListPrinter<Resource> printer(session.printer());
  int64_t left = limit == 0 ? INT64_MAX : limit;
  do {
    request.set_page_size(static_cast<int32_t>(std::min(left, kPageSize)));
    auto page = fetch(request);
    // Without its end a list in JSON cannot be taken for a whole one.
    if (!page.ok()) return session.CallFailed(what, page.status());
    printer.Add(*items(*page));
    left -= items(*page)->size();
    request.set_page_token(page->next_page_token());
  } while (left > 0 && !request.page_token().empty() && session.io().out);
  printer.End();
  return kExitDone;
}

}  // namespace jobctl

#endif  // CLIENT_JOBCTL_COMMANDS_PAGING_H_
