#include "model_use.h"

#include <reprtune/data/csv_columns.h>
#include <reprtune/data/line_format.h>
#include <reprtune/infer/parallel.h>
#include <reprtune/io/byte_source.h>
#include <reprtune/io/error.h>
#include <reprtune/model/device.h>
#include <reprtune/model/model_location.h>

#include "input_arguments.h"
#include "interrupt.h"
#include "log.h"
#include "messages.h"
#include "number_check.h"
#include "progress_line.h"
#include "work_display.h"

#include <algorithm>
#include <chrono>
#include <cstdio>

namespace reprtune::cli {

namespace {

/// How many rows there will be, when so many were in what has been read; 0 when nobody knows.
std::uint64_t expected_rows(std::uint64_t rows, const RowReader::Bytes& bytes) {
  if (bytes.read == 0 || bytes.all == 0) return 0;
  const double share = static_cast<double>(bytes.read) / static_cast<double>(bytes.all);
  return std::max(rows, static_cast<std::uint64_t>(static_cast<double>(rows) / share));
}

/// Where the first row may have been a header of names that nobody knows.
void warn_of_header(const std::string& name, const CsvColumns* columns) {
  if (columns == nullptr || !columns->looks_like_header) return;
  std::string names;
  for (const std::string& cell : columns->first) names += (names.empty() ? "" : ", ") + cell;
  log_warning(name + ": the first row (" + names +
              ") looks like a header, and is read as a row (--text-column NAME reads it as one)");
}

/// Where standard input is read as plain text, since no format was named, and begins as another format does.
void warn_of_other_format(const ModelUse& use, const std::string& first_line) {
  if (use.input != "-" || use.input_options.format) return;
  const std::string options = input_options_for(first_line);
  if (options.empty()) return;
  log_warning("standard input is read as plain text, a text per line; its first line looks like " + options);
}

}  // namespace

void ModelUse::bind_model(CLI::App& app) {
  app.add_option("MODEL", model,
                 "Model folder, hub id in the local cache, or alias (small, medium, large, multilingual)")
      ->required();
}

void ModelUse::bind_options(CLI::App& app) {
  app.add_option("--batch-size", batch_size, "Most texts in one step of one thread")
      ->transform(number<int>(1, 65536))
      ->capture_default_str();
  app.add_flag("!--no-deduplicate", deduplicate, "Compute each of several equal texts anew");
  bind_truncate_option(app, truncation);
  bind_input_options(app, input_options);
  runtime.bind(app);
}

Model ModelUse::load(bool needs_head) {
  set_operator_threads(1);  // steps run on threads of their own
  const auto folder = find_model(model);
  if (needs_head && !read_model_folder(folder).has_head) {
    throw Error(
        ErrorKind::model,
        model + ": has no classification head; finetune it first: reprtune finetune TRAIN --base " + model);
  }
  Model loaded = Model::load(folder, runtime.precision, resolve_device(runtime.device));
  if (!input_options.cleaning) input_options.cleaning = loaded.cleaning();
  if (input_options.label_separator.empty()) input_options.label_separator = loaded.label_separator();
  log_detail("model " + folder.string() + " on " + loaded.device().str() + " in " +
             precision_name(loaded.precision()) + " (" + loaded.arithmetic() + "), " +
             count_text(static_cast<std::uint64_t>(runtime.threads), "thread"));
  return loaded;
}

EmbedOptions ModelUse::embed_options() const {
  return {.threads = static_cast<std::size_t>(runtime.threads),
          .batch_size = static_cast<std::size_t>(batch_size),
          .deduplicate = deduplicate,
          .before_step = throw_if_interrupted};
}

std::unique_ptr<ByteSink> ModelUse::open_output() const {
  std::error_code different;  // or not there
  if (std::filesystem::is_regular_file(output, different) &&
      std::filesystem::equivalent(input == "-" ? "/dev/stdin" : input, output, different))
    throw Error(ErrorKind::usage, output + ": is the input, expected another file as --output");
  return open_byte_sink(output);
}

void stream_input(const ModelUse& use, const Model& model,
                  const std::function<void(const VectorWindow&)>& write) {
  const std::string name = byte_source_name(use.input);
  RowReader reader(use.input, use.input_options, LabelColumn::optional);
  const auto start = std::chrono::steady_clock::now();
  const auto seconds = [&] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  std::uint64_t rows = 0;
  const auto totals = stream_vectors(reader, name, model, use.truncation, use.embed_options(),
                                     [&](const VectorWindow& window) {
                                       throw_if_interrupted();
                                       if (rows == 0) warn_of_other_format(use, window.texts.front());
                                       if (rows == 0) warn_of_header(name, reader.columns());
                                       write(window);
                                       rows += window.texts.size();
                                       show_work({name, rows, expected_rows(rows, window.bytes), "row"});
                                     });
  throw_if_interrupted();  // the input may have ended for that reason
  clear_progress_line();
  log_reading(name, reader.bad_row_count(), reader.bad_rows(), reader.cleaned_rows());
  if (totals.truncated.count > 0) {
    log_warning(name + ": " + count_text(totals.truncated.count, "row") + " longer than " +
                std::to_string(model.max_length()) + " tokens, cut at the " +
                (use.truncation == Truncation::start ? "start" : "end") + " (" +
                lines_text(totals.truncated) + ")");
  }
  constexpr std::uint64_t kUnknownShare = 100;  // one row in so many: a few, of emoji say, are in any input
  if (totals.unknown.count > 0 && totals.unknown.count * kUnknownShare >= totals.rows) {
    log_warning(name + ": " + count_text(totals.unknown.count, "row") +
                " mostly of tokens that the model does not know, and cannot tell apart (" +
                lines_text(totals.unknown) + "; a multilingual base model may know them)");
  }
  char rate[96];
  std::snprintf(rate, sizeof rate, " in %.1f s (%.0f tokens/s)", seconds(),
                static_cast<double>(totals.tokens) / seconds());
  log_detail(name + ": " + count_text(totals.rows, "row") + ", " + count_text(totals.tokens, "token") + rate);
}

}  // namespace reprtune::cli
