#pragma once

#include <reprtune/io/byte_source.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace reprtune {

/// The lines (ended by LF, CRLF or CR, the last one perhaps not at all) of a stream, each as soon as its end
/// has been read: a slow pipe is not kept waiting.
class LineStream {
 public:
  explicit LineStream(std::unique_ptr<ByteSource> source);

  /// Moves to the next line; false at the end. Throws Error(data) when the source does.
  bool next();

  /// Waits at most `patience` until next() need not wait; whether it came to that, as far as it can be known:
  /// more of a line that has begun may be there, and its end not yet.
  bool ready_within(std::chrono::milliseconds patience);

  std::string_view line() const { return line_; }   ///< without its end; valid until next()
  std::uint64_t number() const { return number_; }  ///< from 1
  std::uint64_t bytes() const { return bytes_; }    ///< of the lines so far, their ends included
  bool too_long() const { return too_long_; }       ///< longer than 16 MiB: the rest was left out

 private:
  bool refill();
  void append(std::string_view bytes);

  std::unique_ptr<ByteSource> source_;
  std::string buffer_;
  std::string_view pending_;  // the part of buffer_ not yet delivered
  bool skip_line_feed_ = false;
  std::uint64_t bytes_ = 0;
  std::string line_;
  std::uint64_t number_ = 0;
  bool too_long_ = false;
};

}  // namespace reprtune
