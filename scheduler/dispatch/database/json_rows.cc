#include "scheduler/dispatch/database/json_rows.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "nlohmann/json.hpp"
#include "scheduler/base/limits.h"
#include "scheduler/base/strings.h"
#include "scheduler/core/failure.h"
#include "scheduler/core/transitions.h"
#include "scheduler/dispatch/attempt_results.h"

namespace scheduler::dispatch {
namespace {

using nlohmann::json;
using Operation = DatabaseCall::Operation;

// For what stands around the rows.
constexpr size_t kMaxRowBytes = base::limits::kMaxOutputBytes - 64;

bool ReadsRows(Operation operation) {
  return operation == Operation::kRead || operation == Operation::kAggregate;
}

}  // namespace

std::string JsonText(std::string_view text) {
  return json(text).dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string JsonNumber(std::string_view text) {
  const json parsed = json::parse(text.begin(), text.end(), nullptr, false);
  return parsed.is_number() ? std::string(text) : JsonText(text);
}

AttemptResult CompletedWith(std::string output, bool cut) {
  core::RunOutput kept;
  kept.output = std::move(output);
  kept.truncated = cut;
  AttemptResult result;
  result.completed = true;
  result.output = std::make_shared<const core::RunOutput>(std::move(kept));
  return result;
}

void JsonRows::SetColumns(const std::vector<std::string>& names) {
  has_columns_ = true;
  columns_.clear();
  for (const std::string& name : names) {
    std::string key = JsonText(name);
    for (int i = 2; std::find(columns_.begin(), columns_.end(), key) != columns_.end(); ++i) {
      key = JsonText(base::StrCat(name, "_", i));
    }
    columns_.push_back(std::move(key));
  }
}

void JsonRows::AddRow(const std::function<std::string(size_t column)>& cell) {
  std::string row = "{";
  for (size_t i = 0; i < columns_.size() && !cut_; ++i) {
    const std::string value = cell(i);
    if (count_ == 0 && i == 0) first_cell_ = value;
    base::StrAppend(&row, i == 0 ? "" : ",", columns_[i], ":", value);
    cut_ = row.size() > kMaxRowBytes;
  }
  Add(row + "}");
}

void JsonRows::AddObject(std::string_view object) { Add(std::string(object)); }

void JsonRows::Add(std::string row) {
  ++count_;
  cut_ = cut_ || rows_.size() + row.size() + 1 > kMaxRowBytes;
  if (cut_) return;
  if (!rows_.empty()) rows_ += ",";
  rows_ += row;
}

AttemptResult JsonRows::Complete(Operation operation, int64_t affected) const {
  if (operation == Operation::kCount) {
    int64_t number = 0;
    if (count_ != 1 || columns_.size() != 1 || !absl::SimpleAtoi(first_cell_, &number)) {
      return FailedAttempt(core::failure::kValidation,
                           "a count needs a statement that gives one row with one whole number");
    }
    return CompletedWith(base::StrCat("{\"count\":", number, "}"), false);
  }
  if (ReadsRows(operation) && has_columns_) {
    return CompletedWith(base::StrCat("[", rows_, "]"), cut_);
  }
  std::string output = base::StrCat("{\"affected\":", affected);
  if (has_columns_) base::StrAppend(&output, ",\"rows\":[", rows_, "]");
  return CompletedWith(output + "}", cut_);
}

}  // namespace scheduler::dispatch
