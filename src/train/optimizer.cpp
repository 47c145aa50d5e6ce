#include <reprtune/infer/parallel.h>
#include <reprtune/kernels/adamw.h>
#include <reprtune/train/optimizer.h>

#include <algorithm>
#include <cassert>
#include <cmath>
#include <span>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace reprtune {
namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;
constexpr std::int64_t kChunk = 32'768;  // elements that a thread takes at a time

/// Calls use(gradients) with pointers to element `begin` of each tensor, as the kernels take them.
template <typename Use>
void with_gradients(const std::vector<at::Tensor>& tensors, std::int64_t begin, const Use& use) {
  const auto pointers = [&]<typename T>(T) {
    std::vector<const T*> result;
    for (const at::Tensor& tensor : tensors)
      result.push_back(static_cast<const T*>(tensor.const_data_ptr()) + begin);
    use(std::span<const T* const>(result));
  };
  assert(tensors.front().scalar_type() == at::kFloat || tensors.front().scalar_type() == at::kBFloat16);
  if (tensors.front().scalar_type() == at::kBFloat16) {
    pointers(kernels::BFloat16{});
  } else {
    pointers(float{});
  }
}

}  // namespace

/// A weight with its moments, and what is known of the step at hand.
struct Optimizer::State {
  State(Weight own, const Group& group)
      : weight(std::move(own)),
        rate_factor(group.learning_rate_factor),
        decay(group.weight_decay),
        first(at::zeros_like(weight.tensor, at::TensorOptions().requires_grad(false))),
        second(first.clone()) {}

  Weight weight;
  double rate_factor, decay;
  at::Tensor first, second;  ///< moments
  std::int64_t steps = 0;
  std::vector<at::Tensor> gradients;  ///< dense; or one, the sums [rows, ...] of sparse ones

  // Only for a table with sparse gradients: history[i] are the numbers of step history_begin + i.
  bool sparse = false;
  std::vector<std::int64_t> rows;       ///< with a gradient at this step, ascending
  std::vector<std::int64_t> row_steps;  ///< steps that each row of the table has done
  std::vector<kernels::AdamWStep> history;
  std::int64_t history_begin = 0;

  void collect();
  void add_rows(const std::vector<at::Tensor>& sparse_gradients);
  kernels::AdamWState at(std::int64_t element) const;
  kernels::AdamWStep next(double learning_rate, double divisor) const;
  void catch_up(std::int64_t row);
  void step_row(std::size_t place, const kernels::AdamWStep& step);
  std::int64_t row_size() const { return weight.tensor.numel() / weight.tensor.size(0); }
};

/// Elements of a gradient; for a sparse one, places in `rows`.
struct Optimizer::Chunk {
  State* state;
  std::int64_t begin, count;
};

void Optimizer::State::collect() {
  gradients.clear();
  rows.clear();
  for (const at::Tensor& leaf : weight.leaves)
    if (leaf.grad().defined()) gradients.push_back(leaf.grad());
  if (gradients.empty()) return;
  if (gradients.front().is_sparse() && weight.tensor.is_cpu()) return add_rows(std::exchange(gradients, {}));
  assert(!sparse);
  for (at::Tensor& gradient : gradients)
    gradient = gradient.is_sparse() ? gradient.to_dense() : gradient.contiguous();
}

void Optimizer::State::add_rows(const std::vector<at::Tensor>& sparse_gradients) {
  if (!std::exchange(sparse, true)) {
    row_steps.assign(static_cast<std::size_t>(weight.tensor.size(0)), steps);
    history.clear();
    history_begin = steps;
  }
  struct Source {
    std::int64_t row;
    const float* values;
  };
  std::vector<Source> sources;
  std::vector<at::Tensor> alive;
  const std::int64_t size = row_size();
  for (const at::Tensor& gradient : sparse_gradients) {
    const at::Tensor indices = gradient._indices().select(0, 0).contiguous();
    const at::Tensor values = alive.emplace_back(gradient._values().contiguous());
    const auto* row = indices.const_data_ptr<std::int64_t>();
    for (std::int64_t i = 0; i < indices.numel(); ++i)
      sources.push_back({row[i], values.const_data_ptr<float>() + i * size});
  }
  std::ranges::stable_sort(sources, {}, &Source::row);
  for (const Source& source : sources)
    if (rows.empty() || rows.back() != source.row) rows.push_back(source.row);
  const at::Tensor sums = at::zeros({static_cast<std::int64_t>(rows.size()), size});
  float* sum = sums.mutable_data_ptr<float>();
  for (std::size_t i = 0; i < sources.size(); ++i) {
    if (i > 0 && sources[i].row != sources[i - 1].row) sum += size;
    for (std::int64_t k = 0; k < size; ++k) sum[k] += sources[i].values[k];
  }
  gradients = {sums};
}

kernels::AdamWState Optimizer::State::at(std::int64_t element) const {
  auto* copy =
      weight.copy.defined() ? static_cast<kernels::BFloat16*>(weight.copy.mutable_data_ptr()) : nullptr;
  return {weight.tensor.mutable_data_ptr<float>() + element, first.mutable_data_ptr<float>() + element,
          second.mutable_data_ptr<float>() + element, copy == nullptr ? nullptr : copy + element};
}

kernels::AdamWStep Optimizer::State::next(double learning_rate, double divisor) const {
  const auto t = static_cast<double>(steps + 1);
  return {.decay = static_cast<float>(1 - learning_rate * decay),
          .rate = static_cast<float>(learning_rate / (1 - std::pow(kBeta1, t))),
          .root_factor = static_cast<float>(1 / std::sqrt(1 - std::pow(kBeta2, t))),
          .beta1 = static_cast<float>(kBeta1),
          .beta2 = static_cast<float>(kBeta2),
          .epsilon = static_cast<float>(kEpsilon),
          .gradient_factor = static_cast<float>(1 / divisor)};
}

void Optimizer::State::catch_up(std::int64_t row) {
  std::int64_t& done = row_steps[static_cast<std::size_t>(row)];
  const auto missed = std::span(history).subspan(static_cast<std::size_t>(done - history_begin));
  if (!missed.empty())
    kernels::adamw_without_gradient(missed, static_cast<std::size_t>(row_size()), at(row * row_size()));
  done = steps;
}

void Optimizer::State::step_row(std::size_t place, const kernels::AdamWStep& step) {
  const std::int64_t row = rows[place], size = row_size();
  catch_up(row);
  with_gradients(gradients, static_cast<std::int64_t>(place) * size, [&](const auto& gradient) {
    kernels::adamw(step, gradient, static_cast<std::size_t>(size), at(row * size));
  });
  ++row_steps[static_cast<std::size_t>(row)];
}

Optimizer::Optimizer(std::vector<Group> groups, double max_gradient_norm, std::size_t threads)
    : max_gradient_norm_(max_gradient_norm), threads_(threads) {
  for (Group& group : groups) {
    for (Weight& weight : group.weights) states_.push_back(std::make_unique<State>(std::move(weight), group));
  }
}

Optimizer::~Optimizer() = default;

double Optimizer::step(double learning_rate) {
  const c10::NoGradGuard no_grad;
  for (const auto& state : states_) state->collect();
  const std::vector<Chunk> work = chunks();
  if (work.empty()) return 0;
  const bool on_cpu = work.front().state->weight.tensor.is_cpu();
  double norm = 0;
  if (on_cpu) {
    norm = norm_by_kernels(work);
  } else {
    for (const auto& state : states_) {
      for (std::size_t i = 1; i < state->gradients.size(); ++i)
        state->gradients[0] = state->gradients[0] + state->gradients[i];
      if (!state->gradients.empty()) norm = std::hypot(norm, state->gradients[0].norm().item<double>());
    }
  }
  if (!std::isfinite(norm)) return norm;
  const double divisor = max_gradient_norm_ > 0 ? std::max(1.0, norm / max_gradient_norm_) : 1.0;
  if (on_cpu) {
    update_by_kernels(learning_rate, divisor, work);
  } else {
    update_by_operators(learning_rate, divisor);
  }
  for (const auto& state : states_) {
    if (state->gradients.empty()) continue;
    ++state->steps;
    state->gradients.clear();
    state->weight.tensor.mutable_grad().reset();
    if (!on_cpu)
      for (const at::Tensor& leaf : state->weight.leaves) leaf.mutable_grad().reset();
  }
  return norm;
}

std::vector<Optimizer::Chunk> Optimizer::chunks() const {
  std::vector<Chunk> result;
  for (const auto& state : states_) {
    if (state->gradients.empty()) continue;
    const bool by_rows = !state->rows.empty();
    const std::int64_t all =
        by_rows ? static_cast<std::int64_t>(state->rows.size()) : state->weight.tensor.numel();
    const std::int64_t most = by_rows ? std::max<std::int64_t>(kChunk / state->row_size(), 1) : kChunk;
    for (std::int64_t begin = 0; begin < all; begin += most)
      result.push_back({state.get(), begin, std::min(most, all - begin)});
  }
  return result;
}

double Optimizer::norm_by_kernels(const std::vector<Chunk>& chunks) const {
  std::vector<double> squares(chunks.size());
  parallel_for(threads_, chunks.size(), [&](std::size_t i) {
    const Chunk& chunk = chunks[i];
    const std::int64_t unit = chunk.state->rows.empty() ? 1 : chunk.state->row_size();
    with_gradients(chunk.state->gradients, chunk.begin * unit, [&](const auto& gradients) {
      squares[i] = kernels::sum_of_squares(gradients, static_cast<std::size_t>(chunk.count * unit));
    });
  });
  double sum = 0;
  for (const double square : squares) sum += square;
  return std::sqrt(sum);
}

void Optimizer::update_by_kernels(double learning_rate, double divisor, const std::vector<Chunk>& chunks) {
  parallel_for(threads_, chunks.size(), [&](std::size_t i) {
    const auto& [state, begin, count] = chunks[i];
    const kernels::AdamWStep step = state->next(learning_rate * state->rate_factor, divisor);
    if (!state->rows.empty()) {
      for (std::int64_t place = begin; place < begin + count; ++place)
        state->step_row(static_cast<std::size_t>(place), step);
      return;
    }
    with_gradients(state->gradients, begin,
                   [&, state = state, begin = begin, count = count](const auto& gradients) {
                     kernels::adamw(step, gradients, static_cast<std::size_t>(count), state->at(begin));
                   });
  });
  for (const auto& state : states_) {
    if (!state->rows.empty())
      state->history.push_back(state->next(learning_rate * state->rate_factor, divisor));
  }
}

/// Other devices than the CPU: the library's own sweep, weight by weight.
void Optimizer::update_by_operators(double learning_rate, double divisor) {
  for (const auto& state : states_) {
    if (state->gradients.empty()) continue;
    const auto options = state->weight.tensor.options().requires_grad(false).dtype(at::kFloat);
    const at::Tensor step = at::full({}, static_cast<double>(state->steps + 1), options);
    at::_fused_adamw_({state->weight.tensor}, {state->gradients[0]}, {state->first}, {state->second}, {},
                      {step}, learning_rate * state->rate_factor, kBeta1, kBeta2, state->decay, kEpsilon,
                      false, false, at::full({}, divisor, options), at::zeros({}, options));
  }
}

void Optimizer::catch_up(const std::vector<std::int64_t>& rows) {
  for (const auto& state : states_) {
    if (!state->sparse) continue;
    for (const std::int64_t row : rows) state->catch_up(row);
  }
}

void Optimizer::catch_up() {
  for (const auto& state : states_) {
    if (!state->sparse) continue;
    constexpr std::size_t kRows = 64;
    const std::size_t rows = state->row_steps.size();
    parallel_for(threads_, (rows + kRows - 1) / kRows, [&](std::size_t part) {
      for (std::size_t row = part * kRows; row < std::min(rows, (part + 1) * kRows); ++row)
        state->catch_up(static_cast<std::int64_t>(row));
    });
    state->history.clear();
    state->history_begin = state->steps;
  }
}

std::vector<Optimizer::Moments> Optimizer::moments() {
  catch_up();
  std::vector<Moments> result;
  for (const auto& state : states_) result.push_back({state->first, state->second, state->steps});
  return result;
}

void Optimizer::restore(const std::vector<Moments>& moments) {
  assert(moments.size() == states_.size());
  const c10::NoGradGuard no_grad;
  for (std::size_t i = 0; i < states_.size(); ++i) {
    State& state = *states_[i];
    state.first.copy_(moments[i].first);
    state.second.copy_(moments[i].second);
    state.steps = moments[i].steps;
    state.sparse = false;  // until its next gradient: no row is behind
  }
}

double linear_schedule(std::int64_t step, std::int64_t steps, std::int64_t warmup) {
  if (step < warmup) return static_cast<double>(step + 1) / static_cast<double>(warmup);
  return static_cast<double>(std::max<std::int64_t>(steps - step, 0)) /
         static_cast<double>(std::max<std::int64_t>(steps - warmup, 1));
}

}  // namespace reprtune
