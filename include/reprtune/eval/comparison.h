#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// A way to classify, and what it says of some rows.
struct ComparedMethod {
  std::string name;
  std::vector<std::size_t> predictions;  ///< [B]
};

/// {"rows", "methods": [{"name", "accuracy", "accuracy_interval": [low, high], "macro_f1",
/// "macro_f1_interval": [low, high]}]}, in the order given: 95 % intervals, wilson_interval() and
/// bootstrap_macro_f1(). `truth`: [B], at least one.
nlohmann::ordered_json comparison_json(std::span<const std::size_t> truth,
                                       const std::vector<ComparedMethod>& methods, std::size_t classes,
                                       std::uint64_t seed);

/// The same as the lines of a table.
std::vector<std::string> comparison_lines(const nlohmann::ordered_json& comparison);

}  // namespace reprtune
