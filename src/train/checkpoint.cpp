#include <reprtune/io/checksum.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/train/checkpoint.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <functional>
#include <memory>
#include <numeric>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;
using Path = std::filesystem::path;

constexpr int kVersion = 4;
const char* const kNumbers = "checkpoint.json";
const char* const kTensors = "tensors.safetensors";

[[noreturn]] void fail_to_write(const Path& file) {
  throw Error(ErrorKind::runtime, file.string() + ": could not be written: " + std::strerror(errno));
}

/// Writes a file in pieces; returns its checksum.
std::string write_pieces(const Path& path,
                         const std::function<void(const std::function<void(std::string_view)>&)>& pieces) {
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "wbx"), std::fclose);
  if (!file) fail_to_write(path);
  Checksum checksum;
  pieces([&](std::string_view bytes) {
    checksum.add(bytes);
    if (std::fwrite(bytes.data(), 1, bytes.size(), file.get()) != bytes.size()) fail_to_write(path);
  });
  if (std::fclose(file.release()) != 0) fail_to_write(path);
  return checksum.hex();
}

std::string write_bytes(const Path& path, const std::string& bytes) {
  return write_pieces(path, [&](const auto& write) { write(bytes); });
}

std::string checksum_of(const std::string& bytes) {
  Checksum checksum;
  checksum.add(bytes);
  return checksum.hex();
}

/// Calls visit(name, field) for each number of a checkpoint: the one list for writing and reading.
template <typename Numbers, typename Visit>
void visit_numbers(Numbers& numbers, const Visit& visit) {
  visit("epoch", numbers.epoch);
  visit("batch", numbers.batch);
  visit("step", numbers.step);
  visit("summed_steps", numbers.summed_steps);
  visit("summed_loss", numbers.sums.loss);
  visit("summed_classification_loss", numbers.sums.classification_loss);
  visit("summed_contrastive_loss", numbers.sums.contrastive_loss);
  visit("learning_rate", numbers.sums.learning_rate);
  visit("chosen_epoch", numbers.choice.chosen);
  visit("highest_epoch", numbers.choice.highest);
  visit("highest_f1", numbers.choice.highest_f1);
  visit("majority_accuracy", numbers.baselines.majority_accuracy);
  visit("majority_macro_f1", numbers.baselines.majority_macro_f1);
  visit("probe_accuracy", numbers.baselines.probe_accuracy);
  visit("probe_macro_f1", numbers.baselines.probe_macro_f1);
  visit("training_began", numbers.training_began);
  visit("closing_seconds", numbers.closing_seconds);
  visit("round_best_epochs", numbers.round_best_epochs);
  visit("round_epochs", numbers.round_epochs);
  visit("round_steps", numbers.round_steps);
  visit("round_out_of_time", numbers.round_out_of_time);
  visit("round_began", numbers.round_began);
  visit("optimizer_steps", numbers.optimizer_steps);
}

[[noreturn]] void fail_as_damaged(const Path& file) {
  throw Error(ErrorKind::model, file.string() + ": is missing, cut short or damaged");
}

/// The object in checkpoint.json, which lies beside its own checksum.
Json read_content(const Path& file) {
  const Json json = read_json_file_as<Json>(file, ErrorKind::model);
  if (!json.is_object() || !json.contains("content") ||
      json.value("checksum", Json()) != checksum_of(json["content"].dump()))
    fail_as_damaged(file);
  Json content = json["content"];
  if (content.value("version", 0) != kVersion) {
    throw Error(ErrorKind::model, file.string() + ": is of version " +
                                      content.value("version", Json()).dump() + ", expected " +
                                      std::to_string(kVersion));
  }
  return content;
}

}  // namespace

const at::Tensor& Checkpoint::tensor(const std::string& name, at::IntArrayRef shape) const {
  for (const auto& [other, tensor] : tensors)
    if (other == name && tensor.sizes() == shape) return tensor;
  throw Error(ErrorKind::model, "the checkpoint has no tensor '" + name + "' of the expected shape");
}

bool Checkpoint::has_tensor(const std::string& name) const {
  return std::ranges::any_of(tensors, [&](const auto& entry) { return entry.first == name; });
}

std::int64_t Checkpoint::total_steps() const {
  return std::accumulate(round_steps.begin(), round_steps.end(), step);
}

void write_checkpoint(const Path& folder, const Checkpoint& checkpoint,
                      const std::map<std::string, std::string>& further) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code) throw Error(ErrorKind::runtime, folder.string() + ": could not be written: " + code.message());
  Json content = {{"version", kVersion}, {"numbers", Json::object()}, {"files", Json::object()}};
  visit_numbers(checkpoint, [&](const char* name, const auto& field) { content["numbers"][name] = field; });
  content["files"][kTensors] = write_pieces(
      folder / kTensors, [&](const auto& write) { write_safetensors(write, checkpoint.tensors); });
  for (const auto& [name, bytes] : further) content["files"][name] = write_bytes(folder / name, bytes);
  const Json json = {{"checksum", checksum_of(content.dump())}, {"content", content}};
  write_bytes(folder / kNumbers, json.dump() + "\n");
}

Checkpoint read_checkpoint(const Path& folder) {
  const Path file = folder / kNumbers;
  const Json content = read_content(file);
  Checkpoint checkpoint;
  for (const auto& [name, checksum] : content["files"].items()) {
    if (!std::filesystem::is_regular_file(folder / name) || file_checksum(folder / name) != checksum)
      fail_as_damaged(folder / name);
  }
  try {
    visit_numbers(checkpoint,
                  [&](const char* name, auto& field) { content["numbers"].at(name).get_to(field); });
  } catch (const nlohmann::json::exception&) {
    fail_as_damaged(file);
  }
  const SafetensorsFile tensors(folder / kTensors);
  for (const std::string& name : tensors.names())
    checkpoint.tensors.emplace_back(name, tensors.read(name, tensors.shape(name)));
  return checkpoint;
}

}  // namespace reprtune
