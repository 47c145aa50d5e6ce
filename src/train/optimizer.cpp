#include <reprtune/train/optimizer.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace reprtune {
namespace {

constexpr double kBeta1 = 0.9;
constexpr double kBeta2 = 0.999;
constexpr double kEpsilon = 1e-8;

double global_norm(const std::vector<at::Tensor>& gradients) {
  double sum = 0;
  for (const at::Tensor& norm : at::_foreach_norm(gradients, 2)) sum += std::pow(norm.item<double>(), 2);
  return std::sqrt(sum);
}

}  // namespace

Optimizer::Optimizer(std::vector<Group> groups, double max_gradient_norm)
    : max_gradient_norm_(max_gradient_norm) {
  for (Group& group : groups) {
    State state;
    state.group = std::move(group);
    state.dense.resize(state.group.parameters.size());
    for (const at::Tensor& parameter : state.group.parameters) {
      state.first_moments.push_back(at::zeros_like(parameter, at::TensorOptions().requires_grad(false)));
      state.second_moments.push_back(at::zeros_like(parameter, at::TensorOptions().requires_grad(false)));
      state.steps.push_back(at::zeros({}, parameter.options().requires_grad(false)));
    }
    states_.push_back(std::move(state));
  }
}

at::Tensor Optimizer::DenseGradient::fill(const at::Tensor& sparse) {
  if (!buffer.defined()) buffer = at::zeros(sparse.sizes(), sparse.options().layout(at::kStrided));
  rows = sparse._indices().select(0, 0);
  buffer.index_add_(0, rows, sparse._values());
  return buffer;
}

void Optimizer::DenseGradient::clear() {
  if (rows.defined()) buffer.index_fill_(0, rows, 0);
}

double Optimizer::step(double learning_rate) {
  const c10::NoGradGuard no_grad;
  std::vector<at::Tensor> all;
  for (State& state : states_) {
    state.gradients.assign(state.group.parameters.size(), at::Tensor());
    for (std::size_t i = 0; i < state.gradients.size(); ++i) {
      const at::Tensor& gradient = state.group.parameters[i].grad();
      if (!gradient.defined()) continue;
      state.gradients[i] = gradient.is_sparse() ? state.dense[i].fill(gradient) : gradient;
      all.push_back(state.gradients[i]);
    }
  }
  if (all.empty()) return 0;
  const double norm = global_norm(all);
  // The fused kernel divides gradients by this scale while it reads them, so clipping costs no sweep of its
  // own.
  const double divisor = max_gradient_norm_ > 0 ? std::max(1.0, norm / max_gradient_norm_) : 1.0;
  const at::Tensor scale = at::full({}, divisor, all.front().options().dtype(at::kFloat));
  for (State& state : states_) update(state, learning_rate * state.group.learning_rate_factor, scale);
  return norm;
}

void Optimizer::update(State& state, double learning_rate, const at::Tensor& gradient_divisor) {
  std::vector<at::Tensor> parameters, gradients, first, second, steps;
  for (std::size_t i = 0; i < state.gradients.size(); ++i) {
    if (!state.gradients[i].defined()) continue;
    parameters.push_back(state.group.parameters[i]);
    gradients.push_back(state.gradients[i]);
    first.push_back(state.first_moments[i]);
    second.push_back(state.second_moments[i]);
    steps.push_back(state.steps[i].add_(1));
  }
  if (parameters.empty()) return;
  at::_fused_adamw_(parameters, gradients, first, second, {}, steps, learning_rate, kBeta1, kBeta2,
                    state.group.weight_decay, kEpsilon, false, false, gradient_divisor,
                    at::zeros({}, gradient_divisor.options()));
  for (at::Tensor& parameter : parameters) parameter.mutable_grad().reset();
  for (DenseGradient& dense : state.dense) dense.clear();
}

double linear_schedule(std::int64_t step, std::int64_t steps, std::int64_t warmup) {
  if (step < warmup) return static_cast<double>(step + 1) / static_cast<double>(warmup);
  return static_cast<double>(steps - step) / static_cast<double>(std::max<std::int64_t>(steps - warmup, 1));
}

}  // namespace reprtune
