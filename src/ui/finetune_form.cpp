#include <reprtune/io/error.h>
#include <reprtune/model/model_location.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/serve/json_request.h>
#include <reprtune/train/class_weights.h>
#include <reprtune/ui/finetune_form.h>

#include <algorithm>

#include <nlohmann/json.hpp>

namespace reprtune::ui {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostBytesOfAValue = 1000;

std::string required_text(const nlohmann::json& form, const char* key) {
  auto text = serve::text_member(form, key);
  if (!text || text->empty()) serve::refuse_member(key, "a name", nullptr);
  return *text;
}

bool is_without_value(const nlohmann::json& value) {
  return value.is_null() || value == false || value == "";
}

/// Whether an alias leads to a model on this machine.
bool is_here(const std::string& name) {
  try {
    find_model(name);
    return true;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

std::string FinetuneForm::train(const nlohmann::json& form) const {
  const std::string name = required_text(form, "train");
  folder_.file(name);
  return name;
}

/// "--base=small" or "--init-from=first-model".
std::string FinetuneForm::start(const nlohmann::json& form) const {
  const auto finetuned = serve::text_member(form, "init-from");
  const std::string name = finetuned ? *finetuned : required_text(form, "base");
  for (const Json& base : bases()) {
    if (base["name"] == name && base["has_head"] == finetuned.has_value())
      return (finetuned ? "--init-from=" : "--base=") + name;
  }
  serve::refuse_member(finetuned ? "init-from" : "base", "a model that is offered", name);
}

std::string FinetuneForm::value_of(const std::string& name, const nlohmann::json& value) const {
  if (value.is_number()) return value.dump();
  if (!value.is_string()) serve::refuse_member(name.c_str(), "a text or a number", value);
  const auto& text = value.get_ref<const std::string&>();
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < 32; };
  if (text.size() > kMostBytesOfAValue || (text != "\t" && std::ranges::any_of(text, is_control)))
    serve::refuse_member(name.c_str(), "a short text on one line", value);
  const auto& rules = class_weights_names();
  const bool is_file =
      name == "validation" || (name == "class-weights" && std::ranges::find(rules, text) == rules.end());
  if (is_file) folder_.file(text);
  return text == "\t" ? "\\t" : text;
}

void FinetuneForm::add_settings(const nlohmann::json& form, Of which,
                                std::vector<std::string>& arguments) const {
  const auto settings = form.find("settings");
  if (settings == form.end()) return;
  if (!settings->is_object()) serve::refuse_member("settings", "an object", *settings);
  for (const auto& [name, value] : settings->items()) {
    const auto known =
        std::ranges::find_if(settings_, [&](const Json& each) { return each["name"] == name; });
    if (known == settings_.end())
      throw serve::ApiError(serve::ErrorCause::malformed, "there is no setting '" + name + "'", "settings");
    if (is_without_value(value) || (which == Of::reading && (*known)["group"] != "Input")) continue;
    // One word, so that no value can be taken for an option.
    arguments.push_back("--" + name + (value == true ? "" : "=" + value_of(name, value)));
  }
}

std::vector<std::string> FinetuneForm::check_arguments(const nlohmann::json& form) const {
  std::vector<std::string> arguments = {"check", train(form), "--format=json"};
  const std::string base = start(form);
  // The tokens of a finetuned model are those of its base, and it is as much of a base itself.
  arguments.push_back("--base=" + base.substr(base.find('=') + 1));
  add_settings(form, Of::reading, arguments);
  return arguments;
}

std::vector<std::string> FinetuneForm::finetune_arguments(const nlohmann::json& form) const {
  const std::string model = required_text(form, "model");
  folder_.model(model);
  std::vector<std::string> arguments = {"finetune", train(form), "-o", model, start(form)};
  add_settings(form, Of::all, arguments);
  return arguments;
}

Json FinetuneForm::bases() const {
  Json bases = Json::array();
  for (const ModelAlias& alias : model_aliases()) {
    bases.push_back({{"name", alias.alias},
                     {"hub_id", alias.hub_id},
                     {"here", is_here(alias.alias)},
                     {"has_head", false}});
  }
  for (const Json& model : folder_.models()) {
    bases.push_back(
        {{"name", model["name"]}, {"hub_id", nullptr}, {"here", true}, {"has_head", model["has_head"]}});
  }
  return bases;
}

}  // namespace reprtune::ui
