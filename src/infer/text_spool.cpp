#include "text_spool.h"

#include <reprtune/io/error.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

namespace reprtune {
namespace {

constexpr std::size_t kChunk = std::size_t{1} << 16;

[[noreturn]] void fail(const char* what) {
  throw Error(ErrorKind::runtime, std::string("temporary file: ") + what + ": " + std::strerror(errno));
}

}  // namespace

TextSpool::TextSpool() : file_(std::tmpfile()) {
  if (!file_) fail("cannot be created");
}

void TextSpool::write(std::string_view bytes) {
  if (std::fwrite(bytes.data(), 1, bytes.size(), file_.get()) != bytes.size()) fail("could not be written");
}

void TextSpool::copy_to(ByteSink& sink) {
  if (std::fflush(file_.get()) != 0 || std::fseek(file_.get(), 0, SEEK_SET) != 0)
    fail("could not be written");
  std::vector<char> chunk(kChunk);
  while (const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), file_.get())) {
    sink.write(std::string_view(chunk.data(), count));
  }
  if (std::ferror(file_.get()) != 0) fail("could not be read");
}

}  // namespace reprtune
