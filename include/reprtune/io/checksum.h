#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace reprtune {

/// A 64-bit checksum of bytes that arrive in pieces: tells a damaged or another file from the right one, at
/// the speed of memory; no protection against intent. XXH64 with seed 0: Collet, "xxHash fast digest
/// algorithm", github.com/Cyan4973/xxHash, doc/xxhash_spec.md.
class Checksum {
 public:
  Checksum();
  ~Checksum();

  void add(std::string_view bytes);
  std::string hex() const;  ///< 16 digits

 private:
  class State;
  std::unique_ptr<State> state_;
};

/// Of a file's bytes. Throws Error(runtime), one line that names the file, when it cannot be read.
std::string file_checksum(const std::filesystem::path& path);

}  // namespace reprtune
