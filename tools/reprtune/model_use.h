#pragma once

#include <reprtune/data/input_options.h>
#include <reprtune/infer/text_stream.h>
#include <reprtune/io/byte_sink.h>
#include <reprtune/model/model.h>
#include <reprtune/text/tokenizer.h>

#include "runtime_options.h"

#include <memory>
#include <string>

namespace reprtune::cli {

/// What classify, embed and evaluate have in common: a model, an input, and how it is run.
struct ModelUse {
  std::string model;
  std::string input = "-";
  std::string output = "-";
  std::int64_t batch_size = 64;
  bool deduplicate = true;
  Truncation truncation = Truncation::end;
  InputOptions input_options;
  RuntimeOptions runtime;

  void bind_model(CLI::App& app);
  void bind_options(CLI::App& app);

  /// Loads the model; with `needs_head`, refuses one without in one line. Texts will be cleaned as in its
  /// training.
  Model load(bool needs_head);
  EmbedOptions embed_options() const;
  /// Throws Error(usage) when it is the input, too; else what open_byte_sink() throws.
  std::unique_ptr<ByteSink> open_output() const;
};

/// Streams the input's vectors to `write`, with progress, then says on standard error what was read and cut.
void stream_input(const ModelUse& use, const Model& model,
                  const std::function<void(const VectorWindow&)>& write);

}  // namespace reprtune::cli
