#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>

#include "command.h"
#include "manual_page.h"
#include "messages.h"
#include "option_list.h"
#include "suggestion.h"

#include <filesystem>
#include <system_error>

namespace reprtune::cli {
namespace {

struct ManualOptions {
  std::string command, folder;
};

void write_pages(const CommandEntry& program, const std::filesystem::path& folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) throw Error(ErrorKind::runtime, folder.string() + ": cannot be created: " + code.message());
  write_file(folder / "reprtune.1", manual_page(program, REPRTUNE_VERSION));
  for (const CommandEntry& command : program.commands)
    write_file(folder / (manual_name(command) + ".1"), manual_page(command, REPRTUNE_VERSION));
}

int run_manual(const ManualOptions& options, const CommandEntry& program) {
  if (!options.folder.empty()) {
    write_pages(program, options.folder);
    return 0;
  }
  if (options.command.empty()) {
    print_result(manual_page(program, REPRTUNE_VERSION));
    return 0;
  }
  std::vector<std::string> names;
  for (const CommandEntry& command : program.commands) {
    names.push_back(command.path.front());
    if (names.back() != options.command) continue;
    print_result(manual_page(command, REPRTUNE_VERSION));
    return 0;
  }
  throw Error(ErrorKind::usage, "manual: expected a command of reprtune, found '" + options.command + "'" +
                                    suggestion(options.command, names));
}

}  // namespace

std::function<int()> bind_manual(CLI::App& app) {
  auto options = std::make_shared<ManualOptions>();
  app.add_option("COMMAND", options->command, "Command to print the manual page of; without it, of reprtune");
  app.add_option("-o,--output", options->folder, "Folder to write all pages to instead");
  return [&app, options] { return run_manual(*options, list_options(*app.get_parent())); };
}

}  // namespace reprtune::cli
