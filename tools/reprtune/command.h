#pragma once

#include <reprtune/data/input_options.h>
#include <reprtune/data/row_reader.h>
#include <reprtune/model/precision.h>
#include <reprtune/text/tokenizer.h>
#include <reprtune/train/finetune_options.h>

#include "log.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace reprtune::cli {

/// A subcommand. `bind` declares its options, recording what is parsed into an object of its own, and returns
/// the function that runs it afterwards and gives the exit code.
struct Command {
  const char* name;
  const char* description;
  std::function<int()> (*bind)(CLI::App& app);
};

std::function<int()> bind_check(CLI::App& app);
std::function<int()> bind_classify(CLI::App& app);
std::function<int()> bind_completion(CLI::App& app);
std::function<int()> bind_embed(CLI::App& app);
std::function<int()> bind_evaluate(CLI::App& app);
std::function<int()> bind_finetune(CLI::App& app);
std::function<int()> bind_manual(CLI::App& app);
std::function<int()> bind_models(CLI::App& app);
std::function<int()> bind_report(CLI::App& app);
std::function<int()> bind_serve(CLI::App& app);
std::function<int()> bind_status(CLI::App& app);
std::function<int()> bind_ui(CLI::App& app);

/// Options that every command has.
struct RuntimeOptions {
  std::int64_t threads = 0;  ///< after apply(): at least 1
  std::string device = "auto";
  Precision precision = Precision::automatic;
  std::string kernels;  ///< instruction set of the kernels; empty: the best
  bool quiet = false, verbose = false;
  LogFormat log_format = LogFormat::text;

  void bind(CLI::App& app);
  /// Sets up messages and threads; to be called first when a command runs.
  void apply();
};

/// Options of the commands that read rows.
void bind_input_options(CLI::App& app, InputOptions& options);
/// "--NAME" and "--no-NAME", of which the last one given counts.
void add_optional_flag(CLI::App& app, const std::string& name, std::optional<bool>& field,
                       const std::string& description);
/// Options of FinetuneOptions.
void bind_training_options(CLI::App& app, FinetuneOptions& options);
void bind_truncate_option(CLI::App& app, Truncation& truncation);

/// An option whose value is one of `names`, kept as the enum value of that index; its default is the field's
/// value.
template <typename Enum>
CLI::Option* add_choice(CLI::App& app, const std::string& flag, Enum& field,
                        const std::vector<std::string>& names, const std::string& description) {
  const auto set = [&field, names](const std::string& value) {
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (names[i] == value) field = static_cast<Enum>(i);
    }
  };
  return app.add_option_function<std::string>(flag, set, description)
      ->check(CLI::IsMember(names))
      ->default_str(names.at(static_cast<std::size_t>(field)));
}

/// Whether a file with this extension (".gz") would be taken for what no command writes.
bool is_form_not_written(const std::string& extension);

/// The option --format of a command that writes rows: without it, the extension of the output names the
/// format, as "npy" in "vectors.npy"; one that promises a form which is not written is refused.
template <typename Enum>
void add_format_option(CLI::App& app, Enum& format, const std::vector<std::string>& names,
                       const std::string& output_option) {
  CLI::Option* option = add_choice(app, "--format", format, names,
                                   "Form of the output; without it as the extension of --output says, else");
  app.parse_complete_callback([&format, names, option, output = app.get_option(output_option)] {
    if (option->count() > 0 || output->count() == 0) return;
    const std::filesystem::path file = output->as<std::string>();
    const std::string extension = file.extension().string();
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (extension == "." + names[i]) format = static_cast<Enum>(i);
    }
    if (is_form_not_written(extension))
      throw CLI::ValidationError("--output", file.string() + ": " + extension +
                                                 " is not written, expected ." +
                                                 CLI::detail::join(names, ", .") + ", or a --format");
  });
}

/// Writes a result to standard output.
void print_result(std::string_view text);

/// "1 row", "1,234 rows".
std::string count_text(std::uint64_t count, std::string_view noun);

/// "0.9134" for people.
std::string score_text(double score);

/// Says how many rows were skipped or cleaned while reading, with up to ten lines of what was wrong.
void log_reading(const std::string& name, std::uint64_t bad_rows, const std::vector<BadRow>& examples,
                 std::uint64_t cleaned_rows);

}  // namespace reprtune::cli
