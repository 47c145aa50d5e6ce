#include <reprtune/hub/pull.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_text.h>
#include <reprtune/model/model_folder.h>
#include <reprtune/model/model_location.h>

#include "command.h"
#include "interrupt.h"
#include "log.h"
#include "messages.h"
#include "progress_line.h"
#include "runtime_options.h"
#include "work_display.h"

#include <chrono>

#include <nlohmann/json.hpp>

namespace reprtune::cli {
namespace {

struct ModelsCommand {
  std::string name;                ///< of info
  std::vector<std::string> names;  ///< of pull
  std::string revision;
  bool update = false;
  RuntimeOptions runtime;
};

constexpr const char* kPullFooter =
    "Prints the folder of each model. A pull that was stopped goes on where it was. Environment: "
    "HF_ENDPOINT,\n"
    "HF_TOKEN, HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE, HF_HUB_DOWNLOAD_TIMEOUT, HTTPS_PROXY, SSL_CERT_FILE.";

int list_models() {
  std::string text;
  for (const ModelAlias& alias : model_aliases()) {
    std::string line = alias.alias;
    line.resize(14, ' ');
    line += alias.hub_id;
    line.resize(58, ' ');
    try {
      line += find_model(alias.alias).string();
    } catch (const Error&) {
      line += std::string("not here (reprtune models pull ") + alias.alias + ")";
    }
    text += line + "\n";
  }
  print_result(text);
  return 0;
}

HubName require_hub_name(const std::string& name, const std::string& revision) {
  auto hub = hub_name(name);
  if (!hub) {
    std::string aliases;
    for (const ModelAlias& alias : model_aliases()) aliases += std::string(alias.alias) + ", ";
    throw Error(ErrorKind::usage,
                "cannot download '" + name + "': expected " + aliases + "org/name or org/name@revision");
  }
  if (!revision.empty() && name.find('@') == std::string::npos) hub->revision = revision;
  if (!is_revision(hub->revision))
    throw Error(ErrorKind::usage,
                "--revision: expected a branch, a tag or a commit, found '" + revision + "'");
  return *hub;
}

void pull(const HubName& name, const HubSettings& settings, bool update) {
  const auto begun = std::chrono::steady_clock::now();
  const PulledModel model = pull_model(name, settings, update, [](const WorkProgress& progress) {
    throw_if_interrupted();
    show_work(progress);
  });
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begun;
  char size[32];
  std::snprintf(size, sizeof size, "%.1f MB", static_cast<double>(model.bytes) / 1e6);
  log_info(name.text() + (model.files == 0 ? ": is already here"
                                           : ": " + count_text(model.files, "file") + ", " + size + ", in " +
                                                 clock_text(taken.count())));
  print_result(model.folder.string() + "\n");
}

int pull_models(ModelsCommand& command) {
  command.runtime.apply();
  const HubSettings settings = read_hub_settings();
  std::vector<HubName> names;
  for (const std::string& name : command.names) names.push_back(require_hub_name(name, command.revision));
  for (const HubName& name : names) pull(name, settings, command.update);
  return 0;
}

int show_model(const std::string& name) {
  const ModelFolder folder = read_model_folder(find_model(name));
  const EncoderConfig& config = folder.config;
  nlohmann::ordered_json json = {{"path", folder.path.string()},
                                 {"model_type", config.model_type},
                                 {"layers", config.layers},
                                 {"hidden_size", config.hidden_size},
                                 {"heads", config.heads},
                                 {"intermediate_size", config.intermediate_size},
                                 {"vocabulary_size", config.vocabulary_size},
                                 {"max_length", folder.max_length},
                                 {"pooling", folder.pooling.mode == Pooling::Mode::mean ? "mean" : "cls"},
                                 {"normalize", folder.pooling.normalize},
                                 {"head", folder.has_head}};
  if (folder.has_head) json["labels"] = read_reprtune_json(folder.path).at("labels");
  print_result(json_text(json, 2) + "\n");
  return 0;
}

}  // namespace

std::function<int()> bind_models(CLI::App& app) {
  auto command = std::make_shared<ModelsCommand>();
  CLI::App* list =
      app.add_subcommand("list", "The aliases of base models, and where each is on this machine");
  CLI::App* pull = app.add_subcommand(
      "pull", "Download base models from a Hugging Face hub, into the cache that its own tools share");
  pull->add_option("NAME", command->names, "Alias or hub id (org/name, org/name@revision)")->required();
  pull->add_option("--revision", command->revision, "Branch, tag or commit; not given: main");
  pull->add_flag("--update", command->update, "Ask the hub for a newer version of what is here");
  pull->footer(kPullFooter);
  command->runtime.bind(*pull);
  CLI::App* info = app.add_subcommand("info", "What a model is: sizes, pooling, labels");
  info->add_option("NAME", command->name, "Model folder, hub id in the local cache, or alias")->required();
  app.require_subcommand(1);
  return [command, list, pull] {
    if (list->parsed()) return list_models();
    return pull->parsed() ? pull_models(*command) : show_model(command->name);
  };
}

}  // namespace reprtune::cli
