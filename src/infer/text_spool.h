#pragma once

#include <reprtune/io/byte_sink.h>

#include <cstdio>
#include <memory>
#include <string_view>

namespace reprtune {

/// Bytes set aside on the disk until what stands before them has been written, so that memory stays constant.
/// The file has no name and is gone with the object. Throws Error(runtime) when the temporary folder has no
/// room.
class TextSpool {
 public:
  TextSpool();

  void write(std::string_view bytes);
  /// Copies all that was written into `sink`.
  void copy_to(ByteSink& sink);

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace reprtune
