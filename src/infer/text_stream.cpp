#include <reprtune/infer/text_stream.h>
#include <reprtune/infer/worker_pool.h>

#include "embedding_steps.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <utility>

namespace reprtune {
namespace {

constexpr std::size_t kWindowRows = 2048;  // enough steps for each of tens of threads
constexpr std::size_t kWindowBytes = 4 << 20;
/// With one window handed over, one computed and one tokenized, no thread waits at the end of a window.
constexpr std::size_t kWindowsUnderWay = 3;
/// A window waits so long for each of its rows, and is sent off when the input has nothing more to give ...
constexpr std::chrono::milliseconds kPatience{20};
/// ... and does not wait at all when its first row has waited so long.
constexpr std::chrono::milliseconds kLongestWait{50};
/// Texts tokenized at a time by one thread.
constexpr std::size_t kTextsPerSlice = 64;

/// What all windows of a stream have in common.
struct Stream {
  const std::string& name;
  const Model& model;
  Truncation truncation;
  const EmbedOptions& options;
};

struct Window {
  VectorWindow result;
  std::vector<std::string> cleaned;  ///< [B] what the model reads of the texts, where texts are cleaned
  std::vector<std::uint64_t> lines;
  TokenizedTexts tokens;
  EmbeddingSteps steps;
  std::atomic<std::size_t> tasks_left = 0;  ///< of the stage it is in: tokenizing or computing
  std::atomic<bool> failed = false;
  // Guarded by the pipeline's mutex.
  std::exception_ptr error;
  bool done = false;
};

/// Reads the next rows of the input into a window whose buffers are used again; false at the end. Waits for
/// the first of them, and hardly for the others: who writes one text may be waiting for its answer.
bool read_window(RowReader& reader, Window& window) {
  VectorWindow& result = window.result;
  result.texts.clear();
  result.blank.clear();
  window.cleaned.clear();
  window.lines.clear();
  Row row;
  std::size_t bytes = 0;
  std::chrono::steady_clock::time_point first_row;
  const auto has_more = [&] {
    if (window.lines.empty()) return true;
    const bool waited = std::chrono::steady_clock::now() - first_row > kLongestWait;
    return reader.ready_within(waited ? std::chrono::milliseconds(0) : kPatience);
  };
  while (window.lines.size() < kWindowRows && bytes < kWindowBytes && has_more() && reader.next(row)) {
    if (window.lines.empty()) first_row = std::chrono::steady_clock::now();
    bytes += row.text.size() + row.original.size();
    result.texts.push_back(row.original.empty() ? row.text : row.original);
    if (reader.cleans()) window.cleaned.push_back(row.text);
    result.blank.push_back(row.blank ? 1 : 0);
    window.lines.push_back(row.line);
  }
  result.bytes = reader.bytes();
  window.done = false;
  return !window.lines.empty();
}

/// Windows on their way from texts to vectors. Their tasks, slices to tokenize and steps to compute, share
/// one queue, so that the threads go on with the next window while the last step of one is still running.
class Pipeline {
 public:
  explicit Pipeline(const Stream& stream) : stream_(stream), pool_(stream.options.threads) {}

  bool empty() const { return under_way_.empty(); }
  bool full() const { return under_way_.size() == kWindowsUnderWay; }

  /// Reads and starts one more window; false at the end of the input.
  bool add(RowReader& reader) {
    std::unique_ptr<Window> window = std::move(idle_);
    if (!window) window = std::make_unique<Window>();
    if (!read_window(reader, *window)) return false;
    under_way_.push_back(std::move(window));
    tokenize(*under_way_.back());
    return true;
  }

  /// Waits for the oldest window, which stays valid until the next one is taken. Rethrows what one of its
  /// tasks threw.
  const Window& take() {
    std::unique_lock lock(mutex_);
    finished_.wait(lock, [this] { return under_way_.front()->done; });
    if (under_way_.front()->error) std::rethrow_exception(under_way_.front()->error);
    idle_ = std::move(under_way_.front());
    under_way_.pop_front();
    return *idle_;
  }

 private:
  /// Adds `count` tasks of a window, then calls `next` when the last of them has ended, unless one failed.
  template <typename Task, typename Next>
  void add_stage(Window& window, std::size_t count, const Task& task, const Next& next) {
    window.tasks_left = count;
    for (std::size_t i = 0; i < count; ++i) {
      pool_.add([this, &window, i, task, next] {
        guarded(window, [&] { task(i); });
        if (--window.tasks_left == 0) guarded(window, next);
        // The window may be gone now.
      });
    }
  }

  /// Runs a piece of work on a window; its first failure ends the window.
  template <typename Work>
  void guarded(Window& window, const Work& work) {
    if (window.failed) return;
    try {
      work();
    } catch (...) {
      if (!window.failed.exchange(true)) finish(window, std::current_exception());
    }
  }

  void finish(Window& window, std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    window.error = std::move(error);
    window.done = true;
    finished_.notify_all();
  }

  void tokenize(Window& window) {
    const std::size_t rows = window.lines.size();
    window.tokens.ids.resize(rows);
    window.tokens.full_lengths.resize(rows);
    add_stage(
        window, (rows + kTextsPerSlice - 1) / kTextsPerSlice,
        [this, &window, rows](std::size_t slice) {
          const std::size_t first = slice * kTextsPerSlice;
          const auto& texts = window.cleaned.empty() ? window.result.texts : window.cleaned;
          tokenize_slice(stream_.model, texts, stream_.truncation, first,
                         std::min(rows, first + kTextsPerSlice), window.tokens);
        },
        [this, &window] { embed(window); });
  }

  void embed(Window& window) {
    if (stream_.truncation == Truncation::none)
      refuse_long_texts(stream_.name, window.lines, window.tokens.full_lengths, stream_.model.max_length());
    const auto H = static_cast<std::size_t>(stream_.model.hidden_size());
    window.result.vectors.resize(window.lines.size() * H);
    window.steps = plan_steps(window.tokens.ids, stream_.options);
    add_stage(
        window, window.steps.rows.size(),
        [this, &window](std::size_t step) {
          // A device other than the CPU takes one step at a time.
          std::unique_lock lock(device_mutex_, std::defer_lock);
          if (!stream_.model.device().is_cpu()) lock.lock();
          embed_step(stream_.model, window.tokens.ids, window.steps.rows[step], stream_.options,
                     window.result.vectors.data());
        },
        [this, &window, H] {
          copy_repeated(window.steps, H, window.result.vectors.data());
          for (std::size_t row = 0; row < window.result.blank.size(); ++row)
            if (window.result.blank[row] != 0) std::fill_n(window.result.vectors.data() + row * H, H, 0.0F);
          finish(window, nullptr);
        });
  }

  const Stream& stream_;
  std::mutex mutex_, device_mutex_;
  std::condition_variable finished_;
  std::deque<std::unique_ptr<Window>> under_way_;  // oldest first
  std::unique_ptr<Window> idle_;                   // its buffers are used again
  WorkerPool pool_;                                // last, so that its threads end before what they use
};

}  // namespace

StreamTotals stream_vectors(RowReader& reader, const std::string& name, const Model& model,
                            Truncation truncation, const EmbedOptions& options,
                            const std::function<void(const VectorWindow&)>& consume) {
  StreamTotals totals;
  const Stream stream{name, model, truncation, options};
  Pipeline pipeline(stream);
  bool ended = false;
  while (true) {
    // While windows are under way, the input is not waited for.
    while (!ended && !pipeline.full() && (pipeline.empty() || reader.ready_within(kPatience)))
      ended = !pipeline.add(reader);
    if (pipeline.empty()) return totals;
    const Window& window = pipeline.take();
    const TokenizedTexts& tokens = window.tokens;
    totals.rows += tokens.ids.size();
    for (std::size_t i = 0; i < tokens.ids.size(); ++i) {
      totals.tokens += tokens.ids[i].size();
      if (tokens.full_lengths[i] > tokens.ids[i].size()) totals.truncated.add(window.lines[i]);
      if (model.tokenizer().is_mostly_unknown(tokens.ids[i])) totals.unknown.add(window.lines[i]);
    }
    consume(window.result);
  }
}

}  // namespace reprtune
