#include <reprtune/model/gradient_node.h>

#include <utility>

#include <c10/core/GradMode.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>

namespace reprtune {
namespace {

class StepNode : public torch::autograd::Node {
 public:
  StepNode(torch::autograd::edge_list edges, GradientStep step)
      : Node(std::move(edges)), step_(std::move(step)) {}

  torch::autograd::variable_list apply(torch::autograd::variable_list&& gradients) override {
    const c10::NoGradGuard no_grad;
    const GradientStep step = std::exchange(step_, {});  // what it holds is released with it
    return step(gradients.front());
  }

 private:
  GradientStep step_;
};

}  // namespace

void set_gradient_step(const at::Tensor& result, const std::vector<at::Tensor>& inputs, GradientStep step) {
  if (!c10::GradMode::is_enabled()) return;
  torch::autograd::set_history(
      result, c10::make_intrusive<StepNode>(torch::autograd::collect_next_edges(inputs), std::move(step)));
}

}  // namespace reprtune
