#include <reprtune/io/checksum.h>
#include <reprtune/io/error.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace reprtune {

class Checksum::State {
 public:
  State() { XXH64_reset(&hash_, 0); }
  void add(std::string_view bytes) {
    if (!bytes.empty()) XXH64_update(&hash_, bytes.data(), bytes.size());
  }
  std::uint64_t value() const { return XXH64_digest(&hash_); }

 private:
  XXH64_state_t hash_;
};

Checksum::Checksum() : state_(std::make_unique<State>()) {}
Checksum::~Checksum() = default;

void Checksum::add(std::string_view bytes) { state_->add(bytes); }

std::string Checksum::hex() const {
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(state_->value()));
  return digits;
}

std::string file_checksum(const std::filesystem::path& path) {
  const auto fail = [&] {
    throw Error(ErrorKind::runtime, path.string() + ": cannot be read: " + std::strerror(errno));
  };
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) fail();
  Checksum checksum;
  std::vector<char> buffer(std::size_t{1} << 20);
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), file.get()))
    checksum.add({buffer.data(), count});
  if (std::ferror(file.get()) != 0) fail();
  return checksum.hex();
}

}  // namespace reprtune
