#include "training_arguments.h"

#include <reprtune/train/finetune_options.h>

#include "number_check.h"
#include "option_kinds.h"

#include <algorithm>
#include <filesystem>

namespace reprtune::cli {
namespace {

/// Declares one option of FinetuneOptions, whatever its type.
template <typename T>
void bind_field(CLI::App& app, const char* name, const char* description, std::optional<T>& field) {
  app.add_option_function<T>(
         std::string("--") + name, [&field](const T& value) { field = value; },
         std::string(description) + " (default: chosen from the data and the base model)")
      ->transform(number<T>());
}
template <typename T>
void bind_field(CLI::App& app, const char* name, const char* description, T& field) {
  app.add_option(std::string("--") + name, field, description)->transform(number<T>())->capture_default_str();
}
void bind_field(CLI::App& app, const char* name, const char* description, ClassWeights& field) {
  const auto& names = class_weights_names();
  const auto rule_of = [&names](const std::string& value) {
    return static_cast<ClassWeights::Rule>(std::ranges::find(names, value) - names.begin());
  };
  const auto check = [rule_of](const std::string& value) -> std::string {
    if (rule_of(value) != ClassWeights::Rule::given || std::filesystem::exists(value)) return "";
    return "expected none, balanced, or a file of label,weight rows, found '" + value + "'";
  };
  app.add_option_function<std::string>(
         std::string("--") + name,
         [&field, rule_of](const std::string& value) {
           field.rule = rule_of(value);
           field.file = field.rule == ClassWeights::Rule::given ? value : "";
         },
         description)
      ->check(CLI::Validator(check, ""))
      ->default_str(names.front());
}
void bind_field(CLI::App& app, const char* name, const char* description, TimeLimit& field) {
  const auto check = [](const std::string& value) -> std::string {
    return parse_time_limit(value) ? "" : "expected a time such as 90s, 10m or 1h30m, found '" + value + "'";
  };
  app.add_option_function<std::string>(
         std::string("--") + name, [&field](const std::string& value) { field = *parse_time_limit(value); },
         description)
      ->check(CLI::Validator(check, ""))
      ->default_str(time_limit_text(field));
}
void bind_field(CLI::App& app, const char* name, const char* description, std::optional<bool>& field) {
  add_optional_flag(app, name, field,
                    std::string(description) + " (default: chosen from the data and the base model)");
}
void bind_field(CLI::App& app, const char* name, const char* description, bool& field) {
  app.add_flag(std::string("--") + name, field, description);
}
void bind_field(CLI::App& app, const char* name, const char* description,
                std::optional<ContrastiveLoss>& field) {
  const auto& names = contrastive_loss_names();
  app.add_option_function<std::string>(
         std::string("--") + name,
         [&field, &names](const std::string& value) {
           field = static_cast<ContrastiveLoss>(std::ranges::find(names, value) - names.begin());
         },
         std::string(description) + " (default: chosen from the data and the base model)")
      ->check(CLI::IsMember(names));
}
void bind_field(CLI::App& app, const char* name, const char* description, Truncation& field) {
  add_choice(app, std::string("--") + name, field, truncation_names(), description);
}

}  // namespace

void bind_training_options(CLI::App& app, FinetuneOptions& options) {
  visit_options(options, [&](const char* name, const char* description, auto& field) {
    bind_field(app, name, description, field);
  });
}

}  // namespace reprtune::cli
