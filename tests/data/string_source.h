#pragma once

#include <reprtune/io/byte_source.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <string>
#include <utility>

namespace reprtune {

/// Bytes of a string, handed out at most `chunk` at a time.
class StringSource final : public ByteSource {
 public:
  explicit StringSource(std::string bytes, std::size_t chunk = std::string::npos)
      : bytes_(std::move(bytes)), chunk_(chunk) {}

  std::size_t read(std::span<char> buffer) override {
    const std::size_t count = std::min({buffer.size(), chunk_, bytes_.size() - used_});
    std::memcpy(buffer.data(), bytes_.data() + used_, count);
    used_ += count;
    return count;
  }

  bool ready_within(std::chrono::milliseconds) override { return true; }

 private:
  std::string bytes_;
  std::size_t chunk_;
  std::size_t used_ = 0;
};

inline std::unique_ptr<ByteSource> string_source(std::string bytes, std::size_t chunk = std::string::npos) {
  return std::make_unique<StringSource>(std::move(bytes), chunk);
}

}  // namespace reprtune
