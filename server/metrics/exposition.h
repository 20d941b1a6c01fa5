#ifndef SERVER_METRICS_EXPOSITION_H_
#define SERVER_METRICS_EXPOSITION_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/types/span.h"

namespace server {

// Writes Prometheus's text format, version 0.0.4
// (https://prometheus.io/docs/instrumenting/exposition_formats).
class Exposition {
 public:
  using Labels = std::vector<std::pair<std::string_view, std::string>>;

  // Begins a family; its samples follow. `type` is counter, gauge or histogram; the name of a
  // counter ends with _total.
  void Family(std::string_view name, std::string_view type, std::string_view help);

  void Sample(double value, const Labels& labels = {});
  void Sample(int64_t value, const Labels& labels = {});

  // A series of a histogram: `counts` has one more than `bounds`, for what is beyond all.
  void Histogram(absl::Span<const double> bounds, absl::Span<const int64_t> counts, double sum,
                 const Labels& labels = {});

  std::string Take() { return std::move(text_); }

 private:
  void Line(std::string_view suffix, const Labels& labels, std::string_view value);

  std::string family_;
  std::string text_;
};

// Something that has figures for /metrics. Thread-safe; must not block.
class MetricSource {
 public:
  virtual ~MetricSource() = default;
  virtual void Collect(Exposition* out) const = 0;
};

}  // namespace server

#endif  // SERVER_METRICS_EXPOSITION_H_
