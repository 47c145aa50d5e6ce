#pragma once

#include "option_kinds.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace reprtune::cli {

/// Whether a file with this extension (".gz") would be taken for what no command writes.
bool is_form_not_written(const std::string& extension);

/// The option --format of a command that writes a file: without it, the extension of the output names the
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
      if (extension != "." + names[i]) continue;
      format = static_cast<Enum>(i);
      return;
    }
    if (is_form_not_written(extension))
      throw CLI::ValidationError("--output", file.string() + ": " + extension +
                                                 " is not written, expected ." +
                                                 CLI::detail::join(names, ", .") + ", or a --format");
  });
}

}  // namespace reprtune::cli
