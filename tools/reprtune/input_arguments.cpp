#include "input_arguments.h"

#include <reprtune/data/input_names.h>
#include <reprtune/io/error.h>
#include <reprtune/train/finetune_options.h>

#include "option_kinds.h"

#include <algorithm>

namespace reprtune::cli {
namespace {

/// Turns what a parse_... function of the library throws into an error of the command line.
template <typename Parse>
auto parsed(Parse&& parse, const std::string& flag, const std::string& value) {
  try {
    return parse(value);
  } catch (const Error& error) {
    const std::string message =
        error.what();  // "header: expected ...", of which the option says the first part
    throw CLI::ValidationError(flag, message.substr(std::min(message.find("expected"), message.size())));
  }
}

}  // namespace

void bind_input_options(CLI::App& app, InputOptions& options) {
  const std::string group = "Input";
  app.add_option_function<std::string>(
         "--input-format",
         [&options](const std::string& value) {
           options.format = parsed(parse_input_format, "--input-format", value);
         },
         "csv, tsv, jsonl or txt (default: by the file's extension; standard input is txt)")
      ->group(group);
  app.add_option_function<std::string>(
         "--header",
         [&options](const std::string& value) {
           options.header = parsed(parse_header_mode, "--header", value);
         },
         "Whether the first row names the columns: auto, yes or no")
      ->default_str(std::string(header_mode_name(options.header)))
      ->group(group);
  app.add_option_function<std::string>(
         "--delimiter",
         [&options](const std::string& value) {
           const std::string character = value == "\\t" ? "\t" : value;
           if (character.size() != 1)
             throw CLI::ValidationError("--delimiter", "expected one character, found '" + value + "'");
           options.delimiter = character.front();
         },
         "Character between the columns (default: ',' for csv, tab for tsv)")
      ->group(group);
  app.add_option("--text-column", options.text_column,
                 "Name or number (from 1) of the text column (default: by name, else 1)")
      ->group(group);
  app.add_option("--label-column", options.label_column,
                 "Name or number (from 1) of the label column (default: by name, else 2)")
      ->group(group);
  app.add_option(
         "--label-separator", options.label_separator,
         "Rows of csv and tsv may have any number of labels, with this between them: \"billing|refund\" "
         "(default: one label per row; a finetuned model repeats its own)")
      ->group(group);
  app.add_flag("--skip-bad-rows", options.skip_bad_rows, "Skip, count and list bad rows instead of stopping")
      ->group(group);
  app.add_option_function<std::string>(
         "--clean",
         [&options](const std::string& value) {
           options.cleaning = parsed(parse_cleaning_list, "--clean", value);
         },
         "What to remove from texts: html,urls,symbols,whitespace, or none (default: as the model was "
         "finetuned, else none)")
      ->group(group);
}

void bind_truncate_option(CLI::App& app, Truncation& truncation) {
  add_choice(app, "--truncate", truncation, truncation_names(),
             "What is cut from a text that is too long; none refuses the row");
}

}  // namespace reprtune::cli
