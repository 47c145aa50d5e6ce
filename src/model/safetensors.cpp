#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_file.h>
#include <reprtune/model/safetensors.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <optional>
#include <set>

#include <ATen/ATen.h>
#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace reprtune {
namespace {

static_assert(std::endian::native == std::endian::little,
              "safetensors data is little-endian and is copied as it is");

constexpr std::uint64_t kMaxHeaderBytes = 100'000'000;

/// Bytes per element; absent for an unknown type.
std::optional<std::uint64_t> element_size(const std::string& type) {
  static const std::map<std::string, std::uint64_t> sizes = {
      {"BOOL", 1}, {"U8", 1},  {"I8", 1},  {"F8_E5M2", 1}, {"F8_E4M3", 1}, {"I16", 2}, {"U16", 2}, {"F16", 2},
      {"BF16", 2}, {"I32", 4}, {"U32", 4}, {"F32", 4},     {"F64", 8},     {"I64", 8}, {"U64", 8}};
  const auto found = sizes.find(type);
  return found == sizes.end() ? std::nullopt : std::optional(found->second);
}

std::optional<at::ScalarType> floating_type(const std::string& type) {
  if (type == "F32") return at::kFloat;
  if (type == "F16") return at::kHalf;
  if (type == "BF16") return at::kBFloat16;
  if (type == "F64") return at::kDouble;
  return std::nullopt;
}

std::string shape_text(const std::vector<std::int64_t>& shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

/// Parses JSON and refuses an object that has the same key twice.
nlohmann::json parse_unique(const char* begin, const char* end) {
  constexpr int kLevels = 8;  // of which the format has three
  if (is_nested_deeper({begin, end}, kLevels)) throw std::invalid_argument("is nested too deeply");
  std::vector<std::set<std::string>> keys;
  bool duplicate = false;
  const auto callback = [&](int, nlohmann::json::parse_event_t event, nlohmann::json& parsed) {
    using Event = nlohmann::json::parse_event_t;
    if (event == Event::object_start) keys.emplace_back();
    if (event == Event::object_end) keys.pop_back();
    if (event == Event::key && !keys.back().insert(parsed.get<std::string>()).second) duplicate = true;
    return true;
  };
  nlohmann::json header = nlohmann::json::parse(begin, end, callback);
  if (duplicate) throw std::invalid_argument("a name occurs twice");
  return header;
}

}  // namespace

SafetensorsFile::SafetensorsFile(const std::filesystem::path& path) : path_(path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) fail(std::string("cannot be read: ") + std::strerror(errno));
  struct stat status = {};
  if (::fstat(file, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(file);
    fail("is not a regular file");
  }
  size_ = static_cast<std::uint64_t>(status.st_size);
  if (size_ < 8) {
    ::close(file);
    fail("is too short for a safetensors file (" + std::to_string(size_) + " bytes)");
  }
  // Private and writable: a page that training changes becomes a copy, the file stays as it is.
  void* mapped = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE, file, 0);
  ::close(file);
  if (mapped == MAP_FAILED) fail(std::string("cannot be mapped: ") + std::strerror(errno));
  mapping_ = at::from_blob(
      mapped, {static_cast<std::int64_t>(size_)}, [size = size_](void* memory) { ::munmap(memory, size); },
      at::TensorOptions().dtype(at::kByte));
  bytes_ = static_cast<char*>(mapped);
  parse_header();
}

void SafetensorsFile::parse_header() {
  std::uint64_t header_size = 0;
  std::memcpy(&header_size, bytes_, sizeof header_size);
  if (header_size > kMaxHeaderBytes || header_size > size_ - 8) {
    fail("is cut short or not a safetensors file (header of " + std::to_string(header_size) +
         " bytes in a file of " + std::to_string(size_) + ")");
  }
  data_begin_ = 8 + header_size;
  try {
    const nlohmann::json header = parse_unique(bytes_ + 8, bytes_ + data_begin_);
    if (!header.is_object()) throw std::invalid_argument("not an object");
    for (const auto& [name, value] : header.items()) {
      if (name == "__metadata__") continue;
      const auto& offsets = value.at("data_offsets");
      if (offsets.size() != 2) throw std::invalid_argument("data_offsets of '" + name + "' are not a pair");
      entries_[name] = {value.at("dtype").get<std::string>(),
                        value.at("shape").get<std::vector<std::int64_t>>(),
                        offsets.at(0).get<std::uint64_t>(), offsets.at(1).get<std::uint64_t>()};
    }
  } catch (const nlohmann::json::exception&) {
    fail("has a header that is not the JSON of a safetensors file");
  } catch (const std::invalid_argument& error) {
    fail(std::string("has a bad header: ") + error.what());
  }

  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  for (const auto& [name, entry] : entries_) {
    const auto size = element_size(entry.type);
    if (!size) fail("tensor '" + name + "' has the unknown type " + entry.type);
    std::uint64_t bytes = *size;
    for (const std::int64_t extent : entry.shape) {
      if (extent < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes)) {
        fail("tensor '" + name + "' has the impossible shape " + shape_text(entry.shape));
      }
    }
    if (entry.end < entry.begin || entry.end - entry.begin != bytes) {
      fail("tensor '" + name + "' has " + std::to_string(entry.end - entry.begin) + " bytes, expected " +
           std::to_string(bytes) + " for shape " + shape_text(entry.shape));
    }
    ranges.emplace_back(entry.begin, entry.end);
  }
  std::sort(ranges.begin(), ranges.end());
  std::uint64_t position = 0;
  for (const auto& [begin, end] : ranges) {
    if (begin != position)
      fail("has a hole or an overlap in its data at byte " + std::to_string(std::min(begin, position)));
    position = end;
  }
  if (position != size_ - data_begin_) {
    fail("is cut short or too long: expected " + std::to_string(data_begin_ + position) + " bytes, found " +
         std::to_string(size_));
  }
}

std::vector<std::string> SafetensorsFile::names() const {
  std::vector<std::string> result;
  for (const auto& [name, entry] : entries_) result.push_back(name);
  return result;
}

const SafetensorsFile::Entry& SafetensorsFile::entry(const std::string& name) const {
  const auto found = entries_.find(name);
  if (found == entries_.end()) fail("has no tensor '" + name + "'");
  return found->second;
}

const std::vector<std::int64_t>& SafetensorsFile::shape(const std::string& name) const {
  return entry(name).shape;
}

at::Tensor SafetensorsFile::read(const std::string& name, const std::vector<std::int64_t>& shape) const {
  const Entry& found = entry(name);
  if (found.shape != shape) {
    fail("tensor '" + name + "' has shape " + shape_text(found.shape) + ", expected " + shape_text(shape));
  }
  const auto type = floating_type(found.type);
  if (!type) fail("tensor '" + name + "' has type " + found.type + ", expected a floating type");
  const auto options = at::TensorOptions().dtype(*type);
  char* const data = bytes_ + data_begin_ + found.begin;
  if (*type == at::kFloat && data_begin_ % sizeof(float) == 0 && found.begin % sizeof(float) == 0)
    return at::from_blob(
        data, shape, [mapping = mapping_](void*) {}, options);
  const at::Tensor tensor = at::empty(shape, options);
  std::memcpy(tensor.mutable_data_ptr(), data, found.end - found.begin);
  return tensor.to(at::kFloat);
}

void SafetensorsFile::fail(const std::string& what) const {
  std::string line =
      what;  // may quote names of the file: whatever they hold, the message stays one line of a terminal
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
  throw Error(ErrorKind::model, path_.string() + ": " + line);
}

void write_safetensors(const std::function<void(std::string_view)>& write, const NamedTensors& tensors) {
  std::map<std::string, at::Tensor> sorted;
  for (const auto& [name, tensor] : tensors)
    sorted[name] = tensor.detach().to(at::kCPU, at::kFloat).contiguous();
  nlohmann::ordered_json header = {{"__metadata__", {{"format", "pt"}}}};
  std::uint64_t position = 0;
  for (const auto& [name, tensor] : sorted) {
    const std::uint64_t end = position + tensor.nbytes();
    header[name] = {{"dtype", "F32"}, {"shape", tensor.sizes().vec()}, {"data_offsets", {position, end}}};
    position = end;
  }
  std::string text = header.dump();
  text.resize((text.size() + 7) / 8 * 8, ' ');

  const std::uint64_t header_size = text.size();
  write({reinterpret_cast<const char*>(&header_size), sizeof header_size});
  write(text);
  for (const auto& [name, tensor] : sorted)
    write({static_cast<const char*>(tensor.const_data_ptr()), tensor.nbytes()});
}

void write_safetensors(const std::filesystem::path& path, const NamedTensors& tensors) {
  AtomicFile file(path);
  write_safetensors([&file](std::string_view bytes) { file.write(bytes); }, tensors);
  file.commit();
}

}  // namespace reprtune
