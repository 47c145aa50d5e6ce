#include <reprtune/data/cleaning.h>
#include <reprtune/io/json_file.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/serve/served_model.h>

#include <atomic>
#include <utility>

namespace reprtune::serve {
namespace {

/// "prompts" of the folder's config_sentence_transformers.json, where there is one.
std::map<std::string, std::string, std::less<>> read_prompts(const std::filesystem::path& folder) {
  const auto path = folder / "config_sentence_transformers.json";
  if (!std::filesystem::exists(path)) return {};
  return json_value<std::map<std::string, std::string, std::less<>>>(read_json_file(path, ErrorKind::model),
                                                                     "prompts", {}, path);
}

std::uint64_t next_generation() {
  static std::atomic<std::uint64_t> last = 0;
  return ++last;
}

[[noreturn]] void refuse_text(ErrorCause cause, std::size_t place, const std::string& what) {
  throw ApiError(cause, "text [" + std::to_string(place) + "]: " + what);
}

}  // namespace

ServedModel::ServedModel(std::string name, Model model)
    : name_(std::move(name)),
      generation_(next_generation()),
      model_(std::move(model)),
      prompts_(read_prompts(model_.folder().path)) {}

bool ServedModel::has_prompt(std::string_view use) const { return prompts_.contains(use); }

std::string_view ServedModel::prompt(std::string_view use) const {
  const auto found = prompts_.find(use);
  return found == prompts_.end() ? std::string_view() : std::string_view(found->second);
}

PreparedTexts ServedModel::prepare(std::span<const std::string> texts, Truncation truncation,
                                   std::string_view prompt) const {
  PreparedTexts prepared;
  prepared.ids.reserve(texts.size());
  const auto max_length = static_cast<std::size_t>(model_.max_length());
  Encoding encoding;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    if (texts[i].find('\0') != std::string::npos)
      refuse_text(ErrorCause::malformed, i, "contains a NUL byte");
    const std::string cleaned = clean(texts[i], model_.cleaning());
    if (is_blank(cleaned)) {
      refuse_text(ErrorCause::malformed, i,
                  is_blank(texts[i])
                      ? "expected a text, found an empty one"
                      : "nothing is left of it after the cleaning that the model was trained with");
    }
    model_.tokenizer().encode(std::string(prompt) + cleaned, max_length, truncation, encoding);
    if (truncation == Truncation::none && encoding.full_length > max_length) {
      refuse_text(ErrorCause::too_many, i,
                  "has " + std::to_string(encoding.full_length) + " tokens, the model takes " +
                      std::to_string(max_length));
    }
    prepared.tokens += encoding.ids.size();
    prepared.truncated += encoding.truncated() ? 1 : 0;
    prepared.ids.push_back(encoding.ids);
  }
  return prepared;
}

const KnownExamples& ServedModel::examples() const {
  std::call_once(examples_read_, [this] { examples_ = KnownExamples::of(model_); });
  return examples_;
}

std::string ServedModel::base_name() const {
  const auto path = model_.folder().path / "reprtune.json";
  try {
    const auto record = read_json_file(path, ErrorKind::model);
    return json_value<std::string>(record, "init_from",
                                   json_value<std::string>(record, "base_model", "", path), path);
  } catch (const Error&) {
    return "";  // a base model, or the folder is gone by now
  }
}

}  // namespace reprtune::serve
