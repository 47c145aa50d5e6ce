#pragma once

#include <reprtune/io/byte_sink.h>

#include <string>
#include <string_view>
#include <utility>

namespace reprtune {

/// Keeps what is written, as a file or as a pipe would.
class MemorySink final : public ByteSink {
 public:
  explicit MemorySink(bool seekable = true) : seekable_(seekable) {}

  void write(std::string_view bytes) override { bytes_.append(bytes); }
  void write_at(std::size_t offset, std::string_view bytes) override {
    bytes_.replace(offset, bytes.size(), bytes);
  }
  bool seekable() const override { return seekable_; }
  void flush() override {}
  void commit() override {}

  const std::string& bytes() const { return bytes_; }
  std::string take() { return std::move(bytes_); }

 private:
  bool seekable_;
  std::string bytes_;
};

}  // namespace reprtune
