#include <reprtune/train/lbfgs.h>

#include <torch/optim/lbfgs.h>

namespace reprtune {

void minimize(const std::vector<at::Tensor>& weights, const std::function<at::Tensor()>& function,
              const LbfgsOptions& options) {
  auto settings = torch::optim::LBFGSOptions(1)
                      .max_iter(options.iterations)
                      .tolerance_grad(options.least_gradient)
                      .tolerance_change(1e-9)
                      .history_size(options.history)
                      .line_search_fn("strong_wolfe");
  torch::optim::LBFGS optimizer(weights, settings);
  optimizer.step([&] {
    optimizer.zero_grad();
    at::Tensor value = function();
    value.backward();
    return value;
  });
}

}  // namespace reprtune
