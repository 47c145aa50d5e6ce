#pragma once

#include <string_view>

namespace reprtune {

/// How many labels a row may have.
enum class ProblemType {
  single_label,  ///< exactly one: the classes exclude each other
  multi_label,   ///< any number, none included
};

/// As a model's configuration names it elsewhere, too: "single_label_classification".
std::string_view problem_type_name(ProblemType type);
/// Throws Error(model) that lists the names there are.
ProblemType parse_problem_type(std::string_view name);

}  // namespace reprtune
