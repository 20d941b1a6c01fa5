#ifndef CLIENT_CPP_LISTING_H_
#define CLIENT_CPP_LISTING_H_

#include <cstddef>
#include <functional>
#include <iterator>
#include <utility>

#include "absl/status/statusor.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace ductape::jobs {

// The resources of a list, over all of its pages.
//
//   for (const absl::StatusOr<ductape::jobs::v1::Job>& job : client->AllJobs(request)) {
//     if (!job.ok()) return job.status();
//     …
//   }
//
// A page is fetched when the one before it has been read, in the thread that reads. A call that
// fails is one element, the last one. An input range: begin() is for once, and what an iterator
// points at is overwritten by its next step.
//
// Not thread-safe. The client that made it must outlive it; it must not be moved once begun.
template <class Resource>
class Listing {
 public:
  struct Page {
    google::protobuf::RepeatedPtrField<Resource> resources;
    bool last = false;
  };
  // Answers the next page at each call; is not called again after the last one or an error.
  using Fetch = std::function<absl::StatusOr<Page>()>;

  explicit Listing(Fetch fetch) : fetch_(std::move(fetch)) {}

  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = absl::StatusOr<Resource>;
    using difference_type = std::ptrdiff_t;
    using pointer = const value_type*;
    using reference = const value_type&;

    explicit Iterator(Listing* listing) : listing_(listing) {}
    reference operator*() const { return listing_->current_; }
    pointer operator->() const { return &listing_->current_; }
    Iterator& operator++() {
      listing_->Step();
      return *this;
    }
    void operator++(int) { listing_->Step(); }
    bool operator==(std::default_sentinel_t /*end*/) const { return listing_->ended_; }

   private:
    Listing* listing_;
  };

  // Fetches the first page.
  Iterator begin() {
    Step();
    return Iterator(this);
  }
  std::default_sentinel_t end() const { return {}; }

 private:
  void Step() {
    while (next_ == page_.resources.size()) {
      ended_ = page_.last;
      if (ended_) return;
      absl::StatusOr<Page> page = fetch_();
      next_ = 0;
      if (!page.ok()) {
        page_ = {{}, true};
        current_ = page.status();
        return;
      }
      page_ = *std::move(page);
    }
    current_ = std::move(*page_.resources.Mutable(next_++));
  }

  Fetch fetch_;
  Page page_;
  int next_ = 0;  // in the page
  absl::StatusOr<Resource> current_;
  bool ended_ = false;
};

}  // namespace ductape::jobs

#endif  // CLIENT_CPP_LISTING_H_
