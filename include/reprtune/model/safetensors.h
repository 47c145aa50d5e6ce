#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <ATen/core/Tensor.h>

namespace reprtune {

/// A safetensors file, mapped and checked: header bounds, types, shapes, and offsets that tile the data
/// without holes or overlap. Nothing in it is executed. Every error is Error(model), one line that names the
/// file. Format: github.com/huggingface/safetensors, README section "Format".
class SafetensorsFile {
 public:
  explicit SafetensorsFile(const std::filesystem::path& path);

  std::vector<std::string> names() const;
  bool contains(const std::string& name) const { return entries_.count(name) != 0; }

  /// Tensor `name` in float32, which must have this shape and a floating type. Where the file has it so, it
  /// is a view of the mapped file, which lives as long as the tensor: pages are read when they are first
  /// used, and what is written to them stays in memory.
  at::Tensor read(const std::string& name, const std::vector<std::int64_t>& shape) const;
  /// The shape of tensor `name`.
  const std::vector<std::int64_t>& shape(const std::string& name) const;

 private:
  struct Entry {
    std::string type;
    std::vector<std::int64_t> shape;
    std::uint64_t begin = 0, end = 0;  // bytes within the data section
  };
  void parse_header();
  const Entry& entry(const std::string& name) const;
  [[noreturn]] void fail(const std::string& what) const;

  std::filesystem::path path_;
  at::Tensor mapping_;  ///< holds the mapped file
  char* bytes_ = nullptr;
  std::uint64_t size_ = 0;
  std::uint64_t data_begin_ = 0;
  std::map<std::string, Entry> entries_;
};

using NamedTensors = std::vector<std::pair<std::string, at::Tensor>>;

/// Writes float32 tensors atomically, sorted by name, with metadata {"format": "pt"} so that transformers
/// reads them.
void write_safetensors(const std::filesystem::path& path, const NamedTensors& tensors);
/// The bytes of such a file, in pieces.
void write_safetensors(const std::function<void(std::string_view)>& write, const NamedTensors& tensors);

}  // namespace reprtune
