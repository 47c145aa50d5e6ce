#include <reprtune/serve/api_error.h>
#include <reprtune/serve/request_queue.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <string>
#include <utility>

namespace reprtune::serve {

/// A call of embed(), which lives on its caller's stack until no worker has a text of it.
struct RequestQueue::Request {
  std::vector<TokenIds> ids;   // [B], each moved out when it is taken
  std::size_t taken = 0;       // texts that left the queue
  std::size_t computing = 0;   // texts in the hands of workers
  std::vector<float> vectors;  // [B, H] once the first of them has come back
  std::exception_ptr error;
  std::condition_variable changed;

  bool all_taken() const { return taken == ids.size(); }
  bool settled() const { return all_taken() && computing == 0; }
};

/// Texts of one model that a worker computes together.
struct RequestQueue::Batch {
  const ServedModel* model = nullptr;
  std::vector<TokenIds> ids;
  std::vector<std::pair<Request*, std::size_t>> places;  // whose text it is, and which of its texts
};

RequestQueue::RequestQueue(const Limits& limits, Compute compute)
    : limits_(limits), compute_(std::move(compute)), pool_(limits.workers) {}

std::vector<float> RequestQueue::embed(const ServedModel& model, std::vector<TokenIds> ids,
                                       Deadline deadline) {
  Request request;
  request.ids = std::move(ids);
  std::unique_lock lock(mutex_);
  add(model, request);
  if (!request.changed.wait_until(lock, deadline, [&] { return request.settled(); })) {
    const std::size_t ready = request.taken - request.computing;
    withdraw(request);
    request.changed.wait(lock, [&] { return request.settled(); });
    if (!request.error) {
      throw ApiError(ErrorCause::timed_out,
                     "the answer was not ready in time, " + std::to_string(ready) + " of its " +
                         std::to_string(request.ids.size()) +
                         " texts were: send fewer at once, or try again when the server is less busy");
    }
  }
  if (request.error) std::rethrow_exception(request.error);
  return std::move(request.vectors);
}

std::size_t RequestQueue::waiting() const {
  const std::lock_guard lock(mutex_);
  return waiting_;
}

void RequestQueue::add(const ServedModel& model, Request& request) {
  const std::size_t texts = request.ids.size();
  if (texts == 0) return;
  if (waiting_ + texts > limits_.waiting_texts) {
    throw ApiError(ErrorCause::overloaded, "the queue is full: " + std::to_string(waiting_) + " of at most " +
                                               std::to_string(limits_.waiting_texts) +
                                               " texts are waiting, try again");
  }
  auto lane = std::ranges::find(lanes_, &model, &Lane::model);
  if (lane == lanes_.end()) lane = lanes_.insert(lanes_.end(), Lane{&model, {}});
  lane->requests.push_back(&request);
  waiting_ += texts;
  pool_.add([this] { work(); });
}

/// Takes the texts that no worker has yet out of the queue.
void RequestQueue::withdraw(Request& request) {
  if (request.all_taken()) return;
  waiting_ -= request.ids.size() - request.taken;
  request.taken = request.ids.size();
  for (Lane& lane : lanes_) std::erase(lane.requests, &request);
  std::erase_if(lanes_, [](const Lane& lane) { return lane.requests.empty(); });
}

RequestQueue::Batch RequestQueue::take_batch() {
  Batch batch;
  if (lanes_.empty()) return batch;
  Lane lane = std::move(lanes_.front());
  lanes_.pop_front();
  batch.model = lane.model;
  std::size_t tokens = 0;
  while (!lane.requests.empty()) {
    Request* const request = lane.requests.front();
    TokenIds& ids = request->ids[request->taken];
    if (!batch.ids.empty() && tokens + ids.size() > limits_.batch_tokens) break;
    tokens += ids.size();
    batch.ids.push_back(std::move(ids));
    batch.places.emplace_back(request, request->taken++);
    ++request->computing;
    lane.requests.pop_front();
    if (!request->all_taken()) lane.requests.push_back(request);
  }
  waiting_ -= batch.ids.size();
  if (!lane.requests.empty()) lanes_.push_back(std::move(lane));
  return batch;
}

/// What a worker does for each request that is added; one that finds the queue empty has been overtaken.
void RequestQueue::work() {
  std::unique_lock lock(mutex_);
  const Batch batch = take_batch();
  if (batch.ids.empty()) return;
  if (!lanes_.empty()) pool_.add([this] { work(); });
  lock.unlock();
  try {
    const std::vector<float> vectors = compute_(*batch.model, batch.ids);
    lock.lock();
    deliver(batch, vectors);
  } catch (...) {
    if (!lock.owns_lock()) lock.lock();
    fail(batch);
  }
}

void RequestQueue::deliver(const Batch& batch, std::span<const float> vectors) {
  const std::size_t H = vectors.size() / batch.ids.size();
  for (std::size_t i = 0; i < batch.places.size(); ++i) {
    const auto& [request, row] = batch.places[i];
    request->vectors.resize(request->ids.size() * H);
    std::ranges::copy(vectors.subspan(i * H, H),
                      request->vectors.begin() + static_cast<std::ptrdiff_t>(row * H));
  }
  for (const auto& [request, row] : batch.places) {
    if (--request->computing == 0 && request->all_taken()) request->changed.notify_one();
  }
}

/// Ends every request that has a text in the batch; called while an exception is handled.
void RequestQueue::fail(const Batch& batch) {
  for (const auto& [request, row] : batch.places) {
    if (!request->error) request->error = std::current_exception();
    withdraw(*request);
  }
  for (const auto& [request, row] : batch.places) {
    if (--request->computing == 0) request->changed.notify_one();
  }
}

}  // namespace reprtune::serve
