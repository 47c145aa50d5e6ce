#include <reprtune/serve/prometheus_metrics.h>

#include <algorithm>
#include <charconv>

namespace reprtune::serve {
namespace {

std::string number(double value) {
  char digits[32];
  const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
  return {digits, end};
}

std::string head(const std::string& name, const std::string& type, const std::string& help) {
  return "# HELP " + name + " " + help + "\n# TYPE " + name + " " + type + "\n";
}

std::string family(const std::string& name, const std::string& type, const std::string& help, double value) {
  return head(name, type, help) + name + " " + number(value) + "\n";
}

}  // namespace

template <std::size_t Bounds>
void PrometheusMetrics::Histogram<Bounds>::add(const std::array<double, Bounds>& bounds, double value) {
  const auto bound = std::ranges::lower_bound(bounds, value);
  ++counts[static_cast<std::size_t>(bound - bounds.begin())];
  sum += value;
}

template <std::size_t Bounds>
std::string PrometheusMetrics::histogram_lines(const std::string& name, const std::string& labels,
                                               const std::array<double, Bounds>& bounds,
                                               const Histogram<Bounds>& histogram) {
  const std::string lead = labels.empty() ? "" : labels + ",";
  std::string text;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i <= Bounds; ++i) {
    total += histogram.counts[i];
    text += name + "_bucket{" + lead + "le=\"" + (i < Bounds ? number(bounds[i]) : "+Inf") + "\"} " +
            std::to_string(total) + "\n";
  }
  const std::string rest = labels.empty() ? " " : "{" + labels + "} ";
  return text + name + "_sum" + rest + number(histogram.sum) + "\n" + name + "_count" + rest +
         std::to_string(total) + "\n";
}

void PrometheusMetrics::count_request(const std::string& method, const std::string& path, int status,
                                      std::chrono::duration<double> duration) {
  const std::lock_guard lock(mutex_);
  ++requests_[{method, path, status}];
  durations_[path].add(kDurations, duration.count());
}

void PrometheusMetrics::count_texts(std::size_t texts, std::size_t tokens, std::size_t truncated) {
  const std::lock_guard lock(mutex_);
  texts_ += texts;
  tokens_ += tokens;
  truncated_ += truncated;
}

void PrometheusMetrics::count_batch(std::size_t texts, std::size_t tokens) {
  const std::lock_guard lock(mutex_);
  batch_texts_.add(kBatchTexts, static_cast<double>(texts));
  batch_tokens_ += tokens;
}

void PrometheusMetrics::count_reload(bool succeeded) {
  const std::lock_guard lock(mutex_);
  ++(succeeded ? reloads_ : failed_reloads_);
}

void PrometheusMetrics::request_began() {
  const std::lock_guard lock(mutex_);
  ++under_way_;
}

void PrometheusMetrics::request_ended() {
  const std::lock_guard lock(mutex_);
  --under_way_;
}

std::string PrometheusMetrics::text(std::size_t waiting_texts) const {
  const std::lock_guard lock(mutex_);
  std::string text = head("reprtune_requests_total", "counter", "Requests answered.");
  for (const auto& [key, count] : requests_) {
    const auto& [method, path, status] = key;
    text += "reprtune_requests_total{method=\"" + method + "\",path=\"" + path + "\",status=\"" +
            std::to_string(status) + "\"} " + std::to_string(count) + "\n";
  }
  text += head("reprtune_request_duration_seconds", "histogram", "From a request's last byte to its answer.");
  for (const auto& [path, histogram] : durations_) {
    text +=
        histogram_lines("reprtune_request_duration_seconds", "path=\"" + path + "\"", kDurations, histogram);
  }
  text += head("reprtune_batch_texts", "histogram", "Texts computed together.");
  text += histogram_lines("reprtune_batch_texts", "", kBatchTexts, batch_texts_);
  text += family("reprtune_batch_tokens_total", "counter", "Tokens of all batches.",
                 static_cast<double>(batch_tokens_));
  text += family("reprtune_texts_total", "counter", "Texts embedded.", static_cast<double>(texts_));
  text += family("reprtune_tokens_total", "counter", "Tokens embedded.", static_cast<double>(tokens_));
  text += family("reprtune_truncated_texts_total", "counter", "Texts that were cut.",
                 static_cast<double>(truncated_));
  text += family("reprtune_waiting_texts", "gauge", "Texts waiting in the queue.",
                 static_cast<double>(waiting_texts));
  text += family("reprtune_requests_under_way", "gauge", "Requests not answered yet.",
                 static_cast<double>(under_way_));
  text += family("reprtune_reloads_total", "counter", "Times the models were loaded anew.",
                 static_cast<double>(reloads_));
  return text + family("reprtune_failed_reloads_total", "counter", "Times they could not be.",
                       static_cast<double>(failed_reloads_));
}

}  // namespace reprtune::serve
