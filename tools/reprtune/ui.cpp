#include <reprtune/io/environment.h>
#include <reprtune/io/error.h>
#include <reprtune/model/torch_error.h>
#include <reprtune/serve/http_server.h>
#include <reprtune/ui/ui_service.h>

#include "command.h"
#include "finetune_command.h"
#include "log.h"
#include "messages.h"
#include "number_check.h"
#include "option_list.h"
#include "runtime_options.h"
#include "served_models.h"
#include "server_signals.h"
#include "server_thread.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <optional>
#include <set>
#include <utility>

#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

namespace reprtune::cli {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kOwnExecutable = "/proc/self/exe";

struct UiCommand {
  std::string folder = ".";
  bool open = true;
  std::size_t upload_megabytes = 4096;
  // A connection that waits for its next request keeps its thread busy: training wants the processor.
  serve::HttpServerOptions server{.port = 0,
                                  .connections = 32,
                                  .body_bytes = 1 << 20,
                                  .idle_timeout = std::chrono::seconds(1),
                                  .requests_per_connection = 1};
  std::vector<std::string> shared;  ///< arguments that runs are given, too
  RuntimeOptions runtime;
};

/// The options of finetune that a page may set, as its help has them: all but those that say where things
/// are, and those of the machine, which are this command's own.
Json finetune_settings() {
  static const std::set<std::string> kOwn = {"--help",   "--output",  "--base",     "--init-from",
                                             "--resume", "--dry-run", "--estimate", "--input-format"};
  FinetuneCommand command;
  CLI::App app;
  bind_finetune_command(app, command);
  Json settings = Json::array();
  for (const OptionEntry& option : list_options(app).options) {
    if (kOwn.contains(option.names.front()) || option.group == "Machine and messages") continue;
    settings.push_back({{"name", option.names.front().substr(2)},
                        {"value", option.value},
                        {"choices", option.choices},
                        {"has_no", option.names.size() > 1 && option.names[1].starts_with("--no-")},
                        {"default", option.default_value},
                        {"description", option.description},
                        {"group", option.group}});
  }
  return settings;
}

/// Those of the options of the machine that were given, for the runs.
std::vector<std::string> given_options(const CLI::App& app) {
  std::vector<std::string> given;
  for (const char* name : {"--threads", "--device", "--precision", "--kernels"}) {
    const CLI::Option* option = app.get_option(name);
    if (option->count() > 0) given.push_back(std::string(name) + "=" + option->as<std::string>());
  }
  return given;
}

/// Another text after each training of the model.
std::string model_version(const std::string& name) {
  struct stat status = {};
  if (::stat((name + "/reprtune.json").c_str(), &status) != 0) return "";
  return std::to_string(status.st_ino) + "-" + std::to_string(status.st_mtim.tv_sec) + "." +
         std::to_string(status.st_mtim.tv_nsec);
}

bool has_desktop() {
  return isatty(STDERR_FILENO) != 0 && !(environment("DISPLAY") + environment("WAYLAND_DISPLAY")).empty();
}

/// Shows the address in the user's browser, when there is a desktop to show it on.
std::optional<ui::ChildProcess> open_browser(const std::string& address) {
  if (!has_desktop()) return std::nullopt;
  const std::filesystem::path opener = "/usr/bin/xdg-open";
  if (!std::filesystem::exists(opener)) return std::nullopt;
  return std::optional<ui::ChildProcess>(std::in_place, opener, std::vector<std::string>{"xdg-open", address},
                                         std::filesystem::current_path());
}

int run_ui(UiCommand& command) {
  ServerSignals signals;  // first, since threads inherit what it blocks
  command.runtime.apply();
  const ui::WorkFolder folder(command.folder);
  std::filesystem::current_path(folder.path());  // names are those of the folder, for every command
  const Json settings = finetune_settings();
  ui::Program program(kOwnExecutable, folder.path(), command.shared);
  const serve::ServiceObserver log = request_log();
  ui::Playground playground(
      [&](const std::string& name) { return load_served_model(name, name, command.runtime); }, model_version,
      [&](const std::string& name, const serve::ModelRegistry::Models& served) {
        return load_base_model(name, served, command.runtime);
      },
      batch_workers(command.runtime), log);
  std::optional<ui::Gate> gate;
  std::optional<ui::UiService> service;
  command.server.received_bytes = command.upload_megabytes << 20;
  serve::HttpServer server(
      command.server, [&](const serve::HttpRequest& request) { return service->handle(request); },
      [&](const serve::HttpRequest& head) { return service->receiver(head); });
  gate.emplace(server.port(), ui::Gate::random_token());
  service.emplace(*gate, folder, program, playground, settings, log.failed);
  {
    const ServerThread running(server);
    log_info("the page for " + folder.path().string() + " is at this address; Ctrl-C ends it");
    print_result(gate->address() + "\n");
    const auto browser = command.open ? open_browser(gate->address()) : std::nullopt;
    signals.wait();  // the end of its terminal is its own
  }
  for (const std::string& run : service->runs().running())
    log_info(run + ": goes on; 'reprtune status " + run +
             "' tells about it, and so does the next 'reprtune ui'");
  return 0;
}

}  // namespace

std::function<int()> bind_ui(CLI::App& app) {
  auto command = std::make_shared<UiCommand>();
  app.add_option("FOLDER", command->folder, "Where the files of rows are, and the models go")
      ->capture_default_str();
  app.add_option("--port", command->server.port,
                 "Port to listen on, on this machine alone; 0: one that is free")
      ->transform(number<int>(0, 65535))
      ->capture_default_str();
  app.add_flag("!--no-open", command->open,
               "Only print the address; without it a browser is opened, where there is a desktop");
  app.add_option("--max-upload-megabytes", command->upload_megabytes, "Largest file that the page takes")
      ->transform(number<int>(1, 1 << 20))
      ->capture_default_str();
  command->runtime.bind(app);
  return [command, &app] {
    command->shared = given_options(app);
    return run_ui(*command);
  };
}

}  // namespace reprtune::cli
