#include <reprtune/data/display_text.h>
#include <reprtune/infer/training_examples.h>
#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/io/json_text.h>
#include <reprtune/model/safetensors.h>

#include <cassert>
#include <sstream>
#include <utility>

#include <ATen/ATen.h>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

const char* const kRows = "examples.jsonl";
const char* const kVectors = "examples.safetensors";
const char* const kBefore = "before";
const char* const kAfter = "after";

/// {"text", "label"}: the label a text, or with any other number of labels than one a list.
std::string line_of(const TrainingExamples::Row& row) {
  Json json = {{"text", display_text(row.text, TrainingExamples::kMostCharacters)}};
  json["label"] = row.labels.size() == 1 ? Json(row.labels.front()) : Json(row.labels);
  return json_text(json) + "\n";
}

TrainingExamples::Row row_of(const std::string& line, const std::filesystem::path& path) {
  try {
    const Json json = Json::parse(line);
    const Json& label = json.at("label");
    return {json.at("text").get<std::string>(), label.is_string()
                                                    ? std::vector<std::string>{label.get<std::string>()}
                                                    : label.get<std::vector<std::string>>()};
  } catch (const nlohmann::json::exception&) {
    throw Error(ErrorKind::model, path.string() +
                                      R"(: expected {"text": ..., "label": ...} in each line, found )" +
                                      display_text(line, 60));
  }
}

}  // namespace

void TrainingExamples::save(const std::filesystem::path& run) const {
  assert(static_cast<std::int64_t>(rows.size()) == after.size(0));
  std::string lines;
  for (const Row& row : rows) lines += line_of(row);
  write_file(run / kRows, lines);
  NamedTensors tensors = {{kAfter, after}};
  if (before.defined()) tensors.emplace_back(kBefore, before);
  write_safetensors(run / kVectors, tensors);
}

std::optional<TrainingExamples> TrainingExamples::load(const std::filesystem::path& run, std::int64_t H) {
  if (!std::filesystem::exists(run / kRows)) return std::nullopt;
  TrainingExamples examples;
  std::istringstream lines(read_json_bytes(run / kRows, ErrorKind::model));
  for (std::string line; std::getline(lines, line);) examples.rows.push_back(row_of(line, run / kRows));
  if (examples.rows.empty()) return std::nullopt;
  const auto N = static_cast<std::int64_t>(examples.rows.size());
  const SafetensorsFile file(run / kVectors);
  examples.after = file.read(kAfter, {N, H});
  if (file.contains(kBefore)) examples.before = file.read(kBefore, {N, H});
  return examples;
}

}  // namespace reprtune
