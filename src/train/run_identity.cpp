#include <reprtune/io/checksum.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/text/tokenizer.h>
#include <reprtune/train/run_identity.h>

#include <ATen/ATen.h>
#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

void add_tensor(Checksum& checksum, const std::string& name, const at::Tensor& tensor) {
  const at::Tensor bytes = tensor.detach().to(at::kCPU).contiguous();
  checksum.add(name);
  checksum.add({static_cast<const char*>(bytes.const_data_ptr()), bytes.nbytes()});
}

/// Of all that training reads of a model.
std::string model_checksum(const Model& model) {
  Checksum checksum;
  for (const Parameter& parameter : model.encoder().parameters())
    add_tensor(checksum, parameter.name, parameter.tensor);
  if (model.head()) {
    add_tensor(checksum, "head.weight", model.head()->weight);
    add_tensor(checksum, "head.bias", model.head()->bias);
  }
  const auto& folder = model.folder();
  checksum.add(folder.pooling.mode == Pooling::Mode::cls ? "cls" : "mean");
  checksum.add(folder.pooling.normalize ? "normalized" : "");
  checksum.add(read_json_bytes(folder.path / "config.json", ErrorKind::model));
  for (const std::string& name : tokenizer_files(folder.path))
    checksum.add(file_checksum(folder.path / name));
  return checksum.hex();
}

/// Null when `object` is none or has no such member.
Json member(const Json& object, const std::string& key) {
  return object.is_object() && object.contains(key) ? object[key] : Json();
}

std::string value_text(const Json& options, const std::string& name) {
  const Json found = member(options, name);
  if (found.is_null()) return "none";
  return found.is_string() ? found.get<std::string>() : found.dump();
}

}  // namespace

Json run_identity(const Json& options, const Model& model, const Split& rows) {
  return {{"options", options},
          {"model", model_checksum(model)},
          {"train", dataset_hash(rows.train)},
          {"validation", dataset_hash(rows.validation)},
          {"arithmetic", model.arithmetic()}};
}

void require_same_run(const Json& begun, const Json& now, const std::string& place, const std::string& base,
                      const Split& rows) {
  const std::string advice = "; give the same, or start anew with --overwrite";
  const Json before = member(begun, "options"), options = now.at("options");
  for (const auto& [name, value] : options.items()) {
    const std::string then = value_text(before, name), found = value_text(options, name);
    if (then != found) {
      throw Error(ErrorKind::usage, "--" + name + ": the run in " + place + " began with " + then +
                                        ", found " + found + advice);
    }
  }
  if (member(begun, "model") != now.at("model"))
    throw Error(ErrorKind::usage,
                base + ": is not the model that the run in " + place + " began with" + advice);
  const auto require_rows = [&](const char* key, const Dataset& data) {
    if (member(begun, key) == now.at(key)) return;
    throw Error(ErrorKind::data, data.name + ": holds other rows than those that the run in " + place +
                                     " began with" + advice);
  };
  require_rows("train", rows.train);
  require_rows("validation", rows.validation);
}

std::string other_arithmetic(const Json& begun, const Json& now) {
  const std::string found = now.at("arithmetic");
  const Json then = member(begun, "arithmetic");
  if (!then.is_string() || then == found) return {};
  return "the run began with " + then.get<std::string>() + " and goes on with " + found +
         ": it will not end in the bytes of a run in one piece (--device and --kernels choose)";
}

}  // namespace reprtune
