#pragma once

#include <reprtune/infer/worker_pool.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <span>
#include <vector>

namespace reprtune::serve {

class ServedModel;

/// Turns the texts of many requests, as token ids, into vectors. Requests wait in a bounded queue; a worker
/// that becomes free takes a batch, as many waiting texts of one model as its token budget allows, one from
/// each request in turn, so that a request of one text does not wait for all texts of a long one. No worker
/// waits for more: batches grow with the load and a lone request is computed at once.
class RequestQueue {
 public:
  struct Limits {
    std::size_t waiting_texts = 8192;  ///< most texts that wait at a time
    std::size_t batch_tokens = 1024;   ///< most tokens of a batch; a longer text is a batch of its own
    std::size_t workers = 1;
  };
  using TokenIds = std::vector<std::int32_t>;
  /// Vectors [B, H] row-major of token ids [B][T]; called from several workers at a time.
  using Compute = std::function<std::vector<float>(const ServedModel&, std::span<const TokenIds>)>;
  using Deadline = std::chrono::steady_clock::time_point;

  RequestQueue(const Limits& limits, Compute compute);
  RequestQueue(const RequestQueue&) = delete;
  RequestQueue& operator=(const RequestQueue&) = delete;
  /// No call of embed() may be under way.
  ~RequestQueue() = default;

  /// Waits for the vectors [B, H] of a request's texts. Throws ApiError: overloaded when the texts would make
  /// more wait than may, timed_out when they are not ready at `deadline`; rethrows what Compute threw.
  std::vector<float> embed(const ServedModel& model, std::vector<TokenIds> ids, Deadline deadline);

  /// Texts that wait to be taken.
  std::size_t waiting() const;
  const Limits& limits() const { return limits_; }

 private:
  struct Request;
  struct Batch;
  /// The requests for one model, in turn.
  struct Lane {
    const ServedModel* model = nullptr;
    std::deque<Request*> requests;
  };

  void add(const ServedModel& model, Request& request);
  void withdraw(Request& request);
  Batch take_batch();
  void work();
  void deliver(const Batch& batch, std::span<const float> vectors);
  void fail(const Batch& batch);

  Limits limits_;
  Compute compute_;
  mutable std::mutex mutex_;
  std::deque<Lane> lanes_;  // those with requests that have texts left to take
  std::size_t waiting_ = 0;
  WorkerPool pool_;  // last, so that its threads end before what they use
};

}  // namespace reprtune::serve
