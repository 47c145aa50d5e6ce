#pragma once

#include <functional>

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

}  // namespace reprtune::cli
