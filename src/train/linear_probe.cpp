#include <reprtune/train/linear_probe.h>

#include <vector>

#include <ATen/ATen.h>
#include <torch/optim/lbfgs.h>

namespace reprtune {

LinearProbe fit_linear_probe(const at::Tensor& vectors, const at::Tensor& labels, std::int64_t classes,
                             double inverse_penalty, const at::Tensor& class_weights) {
  const auto rows = static_cast<double>(vectors.size(0));
  at::Tensor weight = at::zeros({classes, vectors.size(1)}).requires_grad_(true);
  at::Tensor bias = at::zeros({classes}).requires_grad_(true);
  auto options = torch::optim::LBFGSOptions(1)
                     .max_iter(300)
                     .tolerance_grad(1e-5)
                     .tolerance_change(1e-9)
                     .history_size(20)
                     .line_search_fn("strong_wolfe");
  torch::optim::LBFGS optimizer(std::vector<at::Tensor>{weight, bias}, options);
  optimizer.step([&] {
    optimizer.zero_grad();
    at::Tensor loss = at::cross_entropy_loss(at::linear(vectors, weight, bias), labels, class_weights) +
                      weight.square().sum() / (2 * inverse_penalty * rows);
    loss.backward();
    return loss;
  });
  return {weight.detach(), bias.detach()};
}

}  // namespace reprtune
