#ifndef SCHEDULER_DISPATCH_DATABASE_JSON_ROWS_H_
#define SCHEDULER_DISPATCH_DATABASE_JSON_ROWS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "scheduler/dispatch/database/database_call.h"
#include "scheduler/dispatch/executor.h"

namespace scheduler::dispatch {

// `text` as a string of JSON; what is not UTF-8 becomes U+FFFD.
std::string JsonText(std::string_view text);
// `text` if it is a number of JSON; else as a string of it.
std::string JsonNumber(std::string_view text);

// What a statement gives, as a run records it. Whole rows are kept, as many as fit; the rest is counted.
class JsonRows {
 public:
  // Names that are there already get "_2", "_3" … appended.
  void SetColumns(const std::vector<std::string>& names);
  bool has_columns() const { return has_columns_; }
  size_t column_count() const { return columns_.size(); }

  // Of all rows, those too that were not kept.
  int64_t row_count() const { return count_; }

  // Whether rows are still kept: AddRow need not be given what would be dropped.
  bool IsFull() const { return cut_; }
  // `cell` gives a column's value as JSON. Kept if it fits.
  void AddRow(const std::function<std::string(size_t column)>& cell);
  // A row that is an object of JSON already.
  void AddObject(std::string_view object);

  // The result of a statement that changed `affected` rows: rows, {"count":n} or {"affected":n}, by the
  // operation. A count that is not one number fails VALIDATION.
  AttemptResult Complete(DatabaseCall::Operation operation, int64_t affected) const;

 private:
  void Add(std::string row);

  bool has_columns_ = false;
  std::vector<std::string> columns_;  // as JSON
  std::string rows_;                  // of the array, without its brackets
  int64_t count_ = 0;                 // of all rows
  std::string first_cell_;
  bool cut_ = false;
};

// Completed with `output`, of which something was left out where `cut` is set.
AttemptResult CompletedWith(std::string output, bool cut);

}  // namespace scheduler::dispatch

#endif  // SCHEDULER_DISPATCH_DATABASE_JSON_ROWS_H_
