#include <reprtune/train/learning_curve.h>

#include <utility>

namespace reprtune {

std::vector<Dataset> learning_subsets(const Dataset& train, std::uint64_t seed) {
  Dataset half = stratified_split(train, 0.5, seed).train;
  Dataset quarter = stratified_split(half, 0.5, seed).train;
  std::vector<Dataset> subsets;
  subsets.push_back(std::move(quarter));
  subsets.push_back(std::move(half));
  return subsets;
}

FinetuneOptions learning_options(const FinetuneOptions& asked, const Dataset& subset, const Model& model) {
  FinetuneOptions options = choose_options(asked, subset.examples.size(), subset.labels.size(),
                                           model.folder().config, model.max_length(), subset.problem);
  options.time_limit = {};
  return options;
}

std::vector<LearningPoint> measure_learning_curve(const std::vector<Dataset>& subsets,
                                                  const Dataset& validation, const FinetuneOptions& asked,
                                                  const std::function<Model()>& load, bool keeps_head,
                                                  const std::function<bool()>& should_stop,
                                                  const std::function<void(const LearningPoint&)>& on_point) {
  std::vector<LearningPoint> points;
  for (const Dataset& subset : subsets) {
    Model model = load();
    const FinetuneOptions options = learning_options(asked, subset, model);
    FinetuneObserver observer;
    observer.should_stop = should_stop;
    FinetuneStart start;
    if (keeps_head) start.head = &*model.head();
    const FinetuneResult result = finetune(model, subset, validation, options, observer, std::move(start));
    if (result.interrupted) break;
    points.push_back(
        {subset.examples.size(), result.validation.accuracy, result.validation.macro.f1.value_or(0)});
    on_point(points.back());
  }
  return points;
}

}  // namespace reprtune
