#include <reprtune/infer/embedding_writer.h>

#include "command.h"
#include "format_option.h"
#include "model_use.h"
#include "option_kinds.h"

namespace reprtune::cli {
namespace {

struct EmbedCommand {
  ModelUse use;
  EmbeddingFormatOptions format;
  EmbeddingType type = EmbeddingType::float32;
};

int run_embed(EmbedCommand& command) {
  ModelUse& use = command.use;
  use.runtime.apply();
  const auto sink = use.open_output();
  const Model model = use.load(false);
  const QuantizationRanges ranges = model.quantization_ranges().value_or(QuantizationRanges{});
  const Quantization quantization(command.type, static_cast<std::size_t>(model.hidden_size()), ranges.minimum,
                                  ranges.maximum);
  EmbeddingWriter writer(*sink, quantization, command.format);
  stream_input(use, model, [&](const VectorWindow& window) {
    writer.write(window.texts, window.vectors, window.blank);
    sink->flush();
  });
  writer.finish();
  sink->commit();
  return 0;
}

}  // namespace

std::function<int()> bind_embed(CLI::App& app) {
  auto command = std::make_shared<EmbedCommand>();
  command->use.bind_model(app);
  app.add_option("FILE", command->use.input,
                 "Texts: .csv, .tsv, .jsonl, .txt (or .gz of these), - for standard input")
      ->capture_default_str();
  app.add_option("-o,--output", command->use.output, "Where to write; - is standard output")
      ->capture_default_str();
  add_format_option(app, command->format.format, embedding_format_names(), "--output");
  add_choice(app, "--type", command->type, embedding_type_names(),
             "Number type of the vectors; int8 and uint8 are steps within each element's range in training");
  app.add_flag("--with-text", command->format.with_text, "Also write the texts");
  command->use.bind_options(app);
  return [command] { return run_embed(*command); };
}

}  // namespace reprtune::cli
