#include "plain_input.h"

#include <reprtune/data/line_format.h>

#include <utility>

namespace reprtune::cli {
namespace {

void warn_of_other_format(const std::string& first_line) {
  const std::string options = input_options_for(first_line);
  if (options.empty()) return;
  log_warning("standard input is read as plain text, a text per line; its first line looks like " + options);
}

}  // namespace

std::function<void(const VectorWindow&)> with_format_warning(const ModelUse& use,
                                                             std::function<void(const VectorWindow&)> write) {
  if (use.input != "-" || use.input_options.format) return write;
  return [write = std::move(write), first = true](const VectorWindow& window) mutable {
    if (std::exchange(first, false)) warn_of_other_format(window.texts.front());
    write(window);
  };
}

}  // namespace reprtune::cli
