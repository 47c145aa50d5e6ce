#include <reprtune/infer/class_probabilities.h>
#include <reprtune/io/memory_sink.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/serve/predictions.h>

namespace reprtune::serve {

void require_head(const ServedModel& model) {
  if (model.model().head()) return;
  throw ApiError(
      ErrorCause::unfit_model,
      "model '" + model.name() +
          "' has no classification head: finetune it first (reprtune finetune), or ask for embeddings",
      "model");
}

std::string predictions_text(const ServedModel& served, const std::vector<std::string>& texts,
                             std::span<const float> vectors, PredictionFormat format) {
  const Model& model = served.model();
  const Head& head = model.head().value();
  PredictionFormatOptions options;
  options.format = format;
  options.label_thresholds = head.thresholds;
  options.with_novelty = format == PredictionFormat::jsonl && model.novelty();
  if (head.abstention) options.class_thresholds = head.abstention->thresholds(head.labels.size());
  MemorySink body(false);
  PredictionWriter writer(body, head.labels.names(), options);
  const auto novelty = options.with_novelty ? model.novelty()->scores(vectors) : std::vector<float>();
  writer.write(texts, class_probabilities(model, vectors), {}, novelty);
  writer.finish();
  return body.take();
}

}  // namespace reprtune::serve
