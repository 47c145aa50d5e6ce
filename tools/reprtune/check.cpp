#include <reprtune/data/data_check.h>
#include <reprtune/data/data_check_report.h>
#include <reprtune/data/dataset.h>
#include <reprtune/infer/parallel.h>
#include <reprtune/io/byte_sink.h>
#include <reprtune/model/model_folder.h>
#include <reprtune/model/model_location.h>

#include "command.h"

#include <algorithm>
#include <iostream>

#include <sys/ioctl.h>
#include <unistd.h>

namespace reprtune::cli {
namespace {

struct CheckOptions {
  std::string train, validation;
  std::string base = "small";
  bool json = false;
  InputOptions input;
  RuntimeOptions runtime;
};

std::size_t output_width() {
  winsize size = {};
  return ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col >= 40
             ? std::min<std::size_t>(size.ws_col, 120)
             : 80;
}

/// Tokens of each text, special ones included, nothing cut.
std::vector<std::size_t> count_tokens(const Dataset& data, const Tokenizer& tokenizer, std::size_t threads) {
  constexpr std::size_t kSlice = 256;
  std::vector<std::size_t> counts(data.examples.size());
  parallel_for(threads, (counts.size() + kSlice - 1) / kSlice, [&](std::size_t slice) {
    Encoding encoding;
    for (std::size_t i = slice * kSlice; i < std::min(counts.size(), (slice + 1) * kSlice); ++i) {
      tokenizer.encode(data.examples[i].text, 3, Truncation::end, encoding);
      counts[i] = encoding.full_length;
    }
  });
  return counts;
}

int run_check(CheckOptions& options) {
  options.runtime.apply();
  const ModelFolder base = read_model_folder(find_model(options.base));
  const auto tokenizer = load_tokenizer(base.path);
  const Dataset train = load_dataset(options.train, options.input);
  log_reading(train.name, train.bad_row_count, train.bad_rows, train.cleaned_row_count);
  std::optional<Dataset> validation;
  if (!options.validation.empty()) {
    validation = load_dataset(options.validation, options.input);
    log_reading(validation->name, validation->bad_row_count, validation->bad_rows,
                validation->cleaned_row_count);
  }
  const auto counts = count_tokens(train, *tokenizer, static_cast<std::size_t>(options.runtime.threads));
  const DataCheck check = check_data(train, validation ? &*validation : nullptr, counts,
                                     static_cast<std::size_t>(base.max_length));
  const auto out = open_byte_sink("-");
  out->write(options.json ? data_check_json(check) : data_check_text(check, output_width()));
  out->commit();
  return 0;
}

}  // namespace

std::function<int()> bind_check(CLI::App& app) {
  auto options = std::make_shared<CheckOptions>();
  app.add_option("TRAIN", options->train,
                 "Training rows: .csv, .tsv, .jsonl (or .gz of these), - for standard input")
      ->required();
  app.add_option("--validation", options->validation,
                 "Validation rows, to look for texts that stand in both");
  app.add_option("--base", options->base, "Base model whose tokens are counted")->capture_default_str();
  add_choice(app, "--format", options->json, {"text", "json"}, "Form of the output");
  bind_input_options(app, options->input);
  options->runtime.bind(app);
  return [options] { return run_check(*options); };
}

}  // namespace reprtune::cli
