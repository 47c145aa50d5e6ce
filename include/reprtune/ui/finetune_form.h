#pragma once

#include <reprtune/ui/work_folder.h>

#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune::ui {

/// What a page asks for, as arguments of the command line. Of a form
///
///     {"train": "messages.csv", "model": "messages-model", "base": "small",
///      "settings": {"epochs": 5, "head-only": true, "text-column": "2"}}
///
/// every name must be one of the folder, and every setting one that is listed. Instead of "base" there may
/// be "init-from", a finetuned model in the folder. Settings without a value (null, false, "") are left out.
class FinetuneForm {
 public:
  /// `settings`: the list of those that there are, [{"name", "group", ...}], as the command line knows them;
  /// those of the group "Input" say how rows are read.
  FinetuneForm(const WorkFolder& folder, const nlohmann::ordered_json& settings)
      : folder_(folder), settings_(settings) {}

  // Each throws ApiError(malformed), naming the member, for a form that is none.

  /// Of `reprtune check`.
  std::vector<std::string> check_arguments(const nlohmann::json& form) const;
  /// Of `reprtune finetune`.
  std::vector<std::string> finetune_arguments(const nlohmann::json& form) const;

  /// Base models that the pages offer: [{"name", "hub_id", "here", "has_head"}], aliases first, then those in
  /// the folder.
  nlohmann::ordered_json bases() const;

 private:
  enum class Of { reading, all };

  std::string train(const nlohmann::json& form) const;
  std::string start(const nlohmann::json& form) const;
  void add_settings(const nlohmann::json& form, Of which, std::vector<std::string>& arguments) const;
  std::string value_of(const std::string& name, const nlohmann::json& value) const;

  const WorkFolder& folder_;
  const nlohmann::ordered_json& settings_;
};

}  // namespace reprtune::ui
