#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <tuple>

namespace reprtune::serve {

/// What a server counts about itself, for Prometheus. Several threads may use it.
class PrometheusMetrics {
 public:
  /// A request has been answered. `path` is that of a route, never a client's own words.
  void count_request(const std::string& method, const std::string& path, int status,
                     std::chrono::duration<double> duration);
  /// Texts were embedded for a request.
  void count_texts(std::size_t texts, std::size_t tokens, std::size_t truncated);
  /// A worker computed a batch.
  void count_batch(std::size_t texts, std::size_t tokens);
  void count_reload(bool succeeded);
  void request_began();
  void request_ended();

  /// The text exposition format, version 0.0.4. `waiting_texts`: the length of the queue.
  std::string text(std::size_t waiting_texts) const;

 private:
  static constexpr std::array<double, 12> kDurations = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05,
                                                        0.1,   0.25,   0.5,   1,    2.5,   10};
  static constexpr std::array<double, 8> kBatchTexts = {1, 2, 4, 8, 16, 32, 64, 128};

  template <std::size_t Bounds>
  struct Histogram {
    std::array<std::uint64_t, Bounds + 1> counts{};  // of values up to each bound, the last of all others
    double sum = 0;

    void add(const std::array<double, Bounds>& bounds, double value);
  };
  using DurationHistogram = Histogram<kDurations.size()>;
  using BatchHistogram = Histogram<kBatchTexts.size()>;
  template <std::size_t Bounds>
  static std::string histogram_lines(const std::string& name, const std::string& labels,
                                     const std::array<double, Bounds>& bounds,
                                     const Histogram<Bounds>& histogram);

  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, std::uint64_t> requests_;  // method, path, status
  std::map<std::string, DurationHistogram> durations_;                           // by path
  BatchHistogram batch_texts_;
  std::uint64_t texts_ = 0, tokens_ = 0, truncated_ = 0, batch_tokens_ = 0;
  std::uint64_t reloads_ = 0, failed_reloads_ = 0;
  std::size_t under_way_ = 0;
};

}  // namespace reprtune::serve
