#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace reprtune::cli {

/// The arguments behind the program's name, in which "--name=" of an option with a value has become "--name"
/// and "": CLI11 would give it the argument that comes next.
std::vector<std::string> separate_empty_values(const CLI::App& app,
                                               const std::vector<std::string>& arguments);

/// Throws Error(usage) for a value that is empty where nothing is no answer: what a script gives when a
/// variable of its own is not set.
void refuse_empty_values(const CLI::App& app);

}  // namespace reprtune::cli
