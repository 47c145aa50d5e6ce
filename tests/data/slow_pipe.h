#pragma once

#include <reprtune/io/byte_source.h>

#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace reprtune {

/// A pipe that gives some bytes and would then keep its reader waiting for more.
class SlowPipe final : public ByteSource {
 public:
  explicit SlowPipe(std::string bytes) : bytes_(std::move(bytes)) {}

  std::size_t read(std::span<char> buffer) override {
    EXPECT_FALSE(given_) << "was asked for more than it has";
    given_ = true;
    return bytes_.copy(buffer.data(), buffer.size());
  }

  bool ready_within(std::chrono::milliseconds) override { return !given_; }

 private:
  std::string bytes_;
  bool given_ = false;
};

}  // namespace reprtune
