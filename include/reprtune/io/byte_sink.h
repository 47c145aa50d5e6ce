#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace reprtune {

/// Whoever reads our output has stopped reading (`reprtune ... | head`). Not an Error: a tool ends quietly.
/// It is only seen where SIGPIPE is ignored; with the default action the signal ends the program first.
/// main.cpp ends the program quietly on it.
class BrokenPipe : public std::runtime_error {
 public:
  explicit BrokenPipe(const std::string& name) : std::runtime_error(name + ": nobody reads it any more") {}
};

/// Where a result goes, written from front to back. Every member throws Error(runtime), one line that names
/// the sink, when the bytes cannot be written, and BrokenPipe when a pipe has no reader. What was written is
/// complete only after commit(); a file whose sink is destroyed before it does not appear.
class ByteSink {
 public:
  virtual ~ByteSink() = default;

  virtual void write(std::string_view bytes) = 0;
  /// Overwrites bytes written earlier, for headers that are only known at the end. Only where seekable().
  virtual void write_at(std::size_t offset, std::string_view bytes) = 0;
  virtual bool seekable() const = 0;
  /// Hands what was written so far to the reader of a pipe or terminal; called at the end of each window of
  /// rows. A file has no reader before commit() and ignores it.
  virtual void flush() = 0;
  /// Completes the output; nothing may be written afterwards.
  virtual void commit() = 0;
};

/// Opens standard output ("-" or empty), a device or named pipe, which are written to directly, or a file,
/// which appears whole or not at all (AtomicFile). Throws Error(runtime).
std::unique_ptr<ByteSink> open_byte_sink(const std::filesystem::path& path);

/// How messages name a sink: the path as given, or "stdout".
std::string byte_sink_name(const std::filesystem::path& path);

}  // namespace reprtune
