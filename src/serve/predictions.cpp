#include <reprtune/infer/class_probabilities.h>
#include <reprtune/io/byte_sink.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/serve/predictions.h>

#include <cassert>
#include <string_view>
#include <utility>

namespace reprtune::serve {
namespace {

/// The body of an answer, as a sink that predictions can be written to.
class BodySink final : public ByteSink {
 public:
  void write(std::string_view bytes) override { body_.append(bytes); }
  void write_at(std::size_t, std::string_view) override { assert(false); }
  bool seekable() const override { return false; }
  void flush() override {}
  void commit() override {}

  std::string take() { return std::move(body_); }

 private:
  std::string body_;
};

}  // namespace

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
  if (head.abstention) options.threshold = head.abstention->threshold;
  BodySink body;
  PredictionWriter writer(body, head.labels.names(), options);
  const auto novelty = options.with_novelty ? model.novelty()->scores(vectors) : std::vector<float>();
  writer.write(texts, class_probabilities(model, vectors), {}, novelty);
  writer.finish();
  return body.take();
}

}  // namespace reprtune::serve
