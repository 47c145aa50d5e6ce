#include <reprtune/io/error.h>
#include <reprtune/model/model_folder.h>
#include <reprtune/model/model_location.h>

#include "command.h"

#include <nlohmann/json.hpp>

namespace reprtune::cli {
namespace {

struct ModelsCommand {
  std::string name;
  RuntimeOptions runtime;
};

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
      line += "not here";
    }
    text += line + "\n";
  }
  print_result(text);
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
  print_result(json.dump(2) + "\n");
  return 0;
}

}  // namespace

std::function<int()> bind_models(CLI::App& app) {
  auto command = std::make_shared<ModelsCommand>();
  CLI::App* list =
      app.add_subcommand("list", "The aliases of base models, and where each is on this machine");
  CLI::App* info = app.add_subcommand("info", "What a model is: sizes, pooling, labels");
  info->add_option("NAME", command->name, "Model folder, hub id in the local cache, or alias")->required();
  app.require_subcommand(1);
  return [command, list] { return list->parsed() ? list_models() : show_model(command->name); };
}

}  // namespace reprtune::cli
