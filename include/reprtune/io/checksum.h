#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace reprtune {

/// A 64-bit checksum of bytes that arrive in pieces: tells a damaged or another file from the right one, at
/// the speed of memory; no protection against intent. XXH64 with seed 0: Collet, "xxHash fast digest
/// algorithm", github.com/Cyan4973/xxHash, doc/xxhash_spec.md.
class Checksum {
 public:
  void add(std::string_view bytes);
  std::string hex() const;  ///< 16 digits

 private:
  static constexpr std::size_t kStripe = 32;

  void add_stripe(const char* bytes);

  std::array<std::uint64_t, 4> lanes_ = {0x60ea27eeadc0b5d6u, 0xc2b2ae3d27d4eb4fu, 0, 0x61c8864e7a143579u};
  std::array<char, kStripe> rest_ = {};  ///< what does not fill a stripe yet
  std::uint64_t size_ = 0;
};

/// Of a file's bytes. Throws Error(runtime), one line that names the file, when it cannot be read.
std::string file_checksum(const std::filesystem::path& path);

}  // namespace reprtune
