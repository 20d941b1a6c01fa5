#ifndef SCHEDULER_STORE_JOURNAL_COLUMNS_H_
#define SCHEDULER_STORE_JOURNAL_COLUMNS_H_

#include <cstdint>

#include "google/protobuf/repeated_field.h"
#include "google/protobuf/repeated_ptr_field.h"

// The columns of journal.proto: writers that leave out a column of defaults, readers that give the
// default where it was left out. Internal to the journal codec.
namespace scheduler::store {

template <typename T>
using RepeatedField = google::protobuf::RepeatedField<T>;
template <typename T>
using RepeatedPtrField = google::protobuf::RepeatedPtrField<T>;

// One value a row; after Finish the field is empty if every value was `otherwise`.
template <typename T>
class ColumnWriter {
 public:
  explicit ColumnWriter(RepeatedField<T>* field, T otherwise = T())
      : field_(field), otherwise_(otherwise) {
    field_->Clear();
  }
  void Add(T value) {
    any_ |= value != otherwise_;
    field_->Add(value);
  }
  void Finish() {
    if (!any_) field_->Clear();
  }

 private:
  RepeatedField<T>* field_;
  T otherwise_;
  bool any_ = false;
};

// Differences to the row before.
class DeltaWriter {
 public:
  explicit DeltaWriter(RepeatedField<int64_t>* field) : field_(field) { field_->Clear(); }
  void Add(uint64_t value) {
    field_->Add(static_cast<int64_t>(value - last_));
    last_ = value;
  }

 private:
  RepeatedField<int64_t>* field_;
  uint64_t last_ = 0;
};

// The rows that have something.
class SparseWriter {
 public:
  explicit SparseWriter(RepeatedField<uint32_t>* rows) : rows_(rows) { rows_->Clear(); }
  void Add(uint32_t row) {
    rows_->Add(row - last_);
    last_ = row;
  }

 private:
  RepeatedField<uint32_t>* rows_;
  uint32_t last_ = 0;
};

template <typename T>
class ColumnReader {
 public:
  explicit ColumnReader(const RepeatedField<T>& field, T otherwise = T())
      : size_(field.size()), otherwise_(otherwise) {
    if (!field.empty()) {
      data_ = field.data();
      step_ = 1;
    }
  }
  ColumnReader(const ColumnReader&) = delete;
  ColumnReader& operator=(const ColumnReader&) = delete;

  // Whether the column goes with a kind of `rows` rows.
  bool Fits(int rows) const { return size_ == 0 || size_ == rows; }
  // REQUIRES: Fits(rows), row < rows.
  T At(uint32_t row) const { return data_[row * step_]; }

 private:
  int size_;
  T otherwise_;
  const T* data_ = &otherwise_;
  size_t step_ = 0;
};

class DeltaReader {
 public:
  explicit DeltaReader(const RepeatedField<int64_t>& field) : field_(field) {}
  bool Fits(int rows) const { return field_.size() == rows; }
  // For rows in turn. REQUIRES: Fits(rows), row < rows.
  uint64_t At(uint32_t row) {
    last_ += static_cast<uint64_t>(field_.data()[row]);
    return last_;
  }

 private:
  const RepeatedField<int64_t>& field_;
  uint64_t last_ = 0;
};

class SparseReader {
 public:
  static constexpr int kNone = -1;

  explicit SparseReader(const RepeatedField<uint32_t>& rows) : rows_(rows) {
    if (!rows_.empty()) next_row_ = rows_.Get(0);
  }
  // Whether the rows are ascending and below `rows`, and there are `values` of them.
  bool Fits(int rows, int values) const {
    uint64_t row = 0;
    for (int i = 0; i < rows_.size(); ++i) {
      if (i > 0 && rows_.Get(i) == 0) return false;
      row += rows_.Get(i);
    }
    return rows_.size() == values && (values == 0 || row < static_cast<uint64_t>(rows));
  }
  bool Fits(int rows) const { return Fits(rows, rows_.size()); }
  // The index of the row's value or kNone, for rows in turn.
  int At(uint32_t row) {
    if (row != next_row_) return kNone;
    const int found = index_++;
    next_row_ = index_ < rows_.size() ? row + rows_.Get(index_) : kEnd;
    return found;
  }

 private:
  static constexpr uint32_t kEnd = UINT32_MAX;

  const RepeatedField<uint32_t>& rows_;
  int index_ = 0;
  uint32_t next_row_ = kEnd;
};

}  // namespace scheduler::store

#endif  // SCHEDULER_STORE_JOURNAL_COLUMNS_H_
