#include <reprtune/infer/parallel.h>
#include <reprtune/model/gradient_node.h>
#include <reprtune/train/fixed_rows.h>

#include <algorithm>

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

namespace reprtune {
namespace {

constexpr std::int64_t kLeastRows = 512;  // of a part, unless there is but one
constexpr std::int64_t kMostParts = 16;   // each has a gradient of its own

}  // namespace

std::int64_t FixedRows::parts() const { return std::clamp<std::int64_t>(size() / kLeastRows, 1, kMostParts); }

void FixedRows::for_each_part(
    const std::function<void(std::int64_t part, std::int64_t first, std::int64_t rows)>& work) const {
  parallel_for(threads_, static_cast<std::size_t>(parts()), [&](std::size_t number) {
    const c10::NoGradGuard no_grad;  // holds for this thread only
    const auto part = static_cast<std::int64_t>(number);
    const std::int64_t first = size() * part / parts();
    work(part, first, size() * (part + 1) / parts() - first);
  });
}

at::Tensor FixedRows::linear(const at::Tensor& weight, const at::Tensor& bias) const {
  const at::Tensor result = at::empty({size(), weight.size(0)}, rows_.options());
  for_each_part([&](std::int64_t, std::int64_t first, std::int64_t rows) {
    at::Tensor part = result.narrow(0, first, rows);
    at::addmm_out(part, bias, rows_.narrow(0, first, rows), weight.t());
  });
  set_gradient_step(result, {weight, bias}, [this](const at::Tensor& gradient) {
    return std::vector<at::Tensor>{weight_gradient(gradient), gradient.sum(0)};
  });
  return result;
}

at::Tensor FixedRows::weight_gradient(const at::Tensor& gradient) const {
  const at::Tensor sums = at::empty({parts(), gradient.size(1), rows_.size(1)}, rows_.options());
  for_each_part([&](std::int64_t part, std::int64_t first, std::int64_t rows) {
    at::Tensor sum = sums[part];
    at::mm_out(sum, gradient.narrow(0, first, rows).t(), rows_.narrow(0, first, rows));
  });
  return sums.sum(0);
}

}  // namespace reprtune
