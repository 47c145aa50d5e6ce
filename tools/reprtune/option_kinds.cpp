#include "option_kinds.h"

namespace reprtune::cli {

void add_optional_flag(CLI::App& app, const std::string& name, std::optional<bool>& field,
                       const std::string& description) {
  app.add_flag_function(
         "--" + name + ",!--no-" + name, [&field](std::int64_t given) { field = given > 0; }, description)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
}

}  // namespace reprtune::cli
