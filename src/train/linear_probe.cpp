#include <reprtune/infer/parallel.h>
#include <reprtune/train/fixed_rows.h>
#include <reprtune/train/lbfgs.h>
#include <reprtune/train/linear_probe.h>

#include <ATen/ATen.h>

namespace reprtune {

LinearProbe fit_linear_probe(const at::Tensor& vectors, std::int64_t classes,
                             const std::function<at::Tensor(const at::Tensor& logits)>& loss,
                             double inverse_penalty, const LinearProbe& known, std::size_t threads) {
  const auto rows = static_cast<double>(vectors.size(0));
  const std::int64_t held = known.weight.defined() ? known.weight.size(0) : 0;
  if (held == classes) return known;
  at::Tensor weight = at::zeros({classes - held, vectors.size(1)}).requires_grad_(true);
  at::Tensor bias = at::zeros({classes - held}).requires_grad_(true);
  const auto all = [&](const at::Tensor& first, const at::Tensor& others) {
    return held > 0 ? at::cat({first, others}) : others;
  };
  const SingleOperatorThread single;
  const FixedRows fixed(vectors, threads);
  minimize({weight, bias}, [&] {
    const at::Tensor logits = fixed.linear(all(known.weight, weight), all(known.bias, bias));
    return loss(logits) + weight.square().sum() / (2 * inverse_penalty * rows);
  });
  return {all(known.weight, weight).detach(), all(known.bias, bias).detach()};
}

}  // namespace reprtune
