#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace reprtune {

/// A stream of bytes, read once from front to back.
class ByteSource {
 public:
  virtual ~ByteSource() = default;

  /// Fills the front of `buffer` (not empty) and returns how many bytes it wrote: as many as are there
  /// without waiting for more, at least one, 0 only at the end. Throws Error(data) when the bytes cannot be
  /// read, a gzip stream is broken or something else follows it.
  virtual std::size_t read(std::span<char> buffer) = 0;

  /// Waits at most `patience` until read() need not wait; whether it came to that. Always for a file.
  virtual bool ready_within(std::chrono::milliseconds patience) = 0;
};

/// How many bytes open_byte_source(file) will give; 0 where nobody knows: of a pipe, of a gzip file.
std::uint64_t expected_bytes(const std::filesystem::path& file);

/// Opens a file, a gzip file (named *.gz) or standard input ("-"). Throws Error(data) when it is missing, a
/// folder, not readable, or named .gz without being gzip.
std::unique_ptr<ByteSource> open_byte_source(const std::filesystem::path& file);

/// How messages name a source: the path as given, or "stdin".
std::string byte_source_name(const std::filesystem::path& file);

}  // namespace reprtune
