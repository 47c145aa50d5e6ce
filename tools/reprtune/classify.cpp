#include <reprtune/infer/class_probabilities.h>
#include <reprtune/infer/prediction_writer.h>

#include "model_use.h"

namespace reprtune::cli {
namespace {

struct ClassifyCommand {
  ModelUse use;
  PredictionFormatOptions format;
};

int run_classify(ClassifyCommand& command) {
  ModelUse& use = command.use;
  use.runtime.apply();
  const auto sink = open_byte_sink(use.output);
  const Model model = use.load(true);
  PredictionWriter writer(*sink, model.head()->labels.names(), command.format);
  stream_input(use, model, [&](const VectorWindow& window) {
    writer.write(window.texts, class_probabilities(model, window.vectors), window.blank);
    sink->flush();
  });
  writer.finish();
  sink->commit();
  return 0;
}

}  // namespace

std::function<int()> bind_classify(CLI::App& app) {
  auto command = std::make_shared<ClassifyCommand>();
  command->use.bind_model(app);
  app.add_option("FILE", command->use.input,
                 "Texts: .csv, .tsv, .jsonl, .txt (or .gz of these), - for standard input")
      ->capture_default_str();
  app.add_option("-o,--output", command->use.output, "Where to write; - is standard output")
      ->capture_default_str();
  add_format_option(app, command->format.format, prediction_format_names(), "--output");
  app.add_option("--top-k", command->format.top_k,
                 "Name this many classes per row, the best first; 0: what the format usually has")
      ->check(CLI::Range(0, 1'000'000))
      ->capture_default_str();
  app.add_option_function<double>(
         "--threshold", [command](double value) { command->format.threshold = value; },
         "Answer with the abstain label when the best probability is below this")
      ->check(CLI::Range(0.0, 1.0));
  app.add_option("--abstain-label", command->format.abstain_label, "Label of rows below the threshold")
      ->capture_default_str();
  app.add_flag("--with-text", command->format.with_text, "Also write the texts");
  command->use.bind_options(app);
  return [command] { return run_classify(*command); };
}

}  // namespace reprtune::cli
