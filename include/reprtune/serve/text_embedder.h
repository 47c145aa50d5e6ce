#pragma once

#include <reprtune/serve/prometheus_metrics.h>
#include <reprtune/serve/request_queue.h>
#include <reprtune/serve/served_model.h>

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace reprtune::serve {

struct EmbeddedTexts {
  std::vector<float> vectors;  // [B, H]
  std::size_t tokens = 0;
  std::size_t truncated = 0;  ///< texts that were cut
};

/// How a request wants its texts read.
struct TextOptions {
  Truncation truncation = Truncation::end;
  std::string prompt = {};  ///< put before each text
};

/// From the texts of a request to vectors, by the one inference path.
class TextEmbedder {
 public:
  struct Limits {
    std::size_t texts = 2048;                   ///< most in one request
    std::chrono::milliseconds timeout{30'000};  ///< from the request to its vectors
  };

  /// `metrics` must outlive the embedder.
  TextEmbedder(const Limits& limits, const RequestQueue::Limits& queue, PrometheusMetrics& metrics);

  /// Throws ApiError: malformed for no text and an empty one, too_many for too many and one that is too long
  /// for Truncation::none, and what the queue throws. `parameter` is what the API calls the texts.
  EmbeddedTexts embed(const ServedModel& model, const std::vector<std::string>& texts,
                      const TextOptions& options, const char* parameter);

  /// The two halves of embed(), for texts that more than one model is asked about: what it checks, and
  /// the vectors [B, H] of token ids, which wait in the queue for the time that a request may take.
  PreparedTexts prepare(const ServedModel& model, const std::vector<std::string>& texts,
                        const TextOptions& options, const char* parameter) const;
  std::vector<float> vectors(const ServedModel& model, std::vector<RequestQueue::TokenIds> ids);

  const Limits& limits() const { return limits_; }
  const RequestQueue& queue() const { return queue_; }

 private:
  std::vector<float> vectors(const ServedModel& model, std::vector<RequestQueue::TokenIds> ids,
                             RequestQueue::Deadline deadline);

  Limits limits_;
  PrometheusMetrics& metrics_;
  RequestQueue queue_;
};

}  // namespace reprtune::serve
