#include <reprtune/io/checksum.h>
#include <reprtune/io/error.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

namespace reprtune {
namespace {

constexpr std::uint64_t kPrime1 = 0x9e3779b185ebca87u;
constexpr std::uint64_t kPrime2 = 0xc2b2ae3d27d4eb4fu;
constexpr std::uint64_t kPrime3 = 0x165667b19e3779f9u;
constexpr std::uint64_t kPrime4 = 0x85ebca77c2b2ae63u;
constexpr std::uint64_t kPrime5 = 0x27d4eb2f165667c5u;

template <typename T>
std::uint64_t read(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::uint64_t round_of(std::uint64_t lane, std::uint64_t input) {
  return std::rotl(lane + input * kPrime2, 31) * kPrime1;
}

}  // namespace

void Checksum::add_stripe(const char* bytes) {
  for (std::size_t i = 0; i < lanes_.size(); ++i)
    lanes_[i] = round_of(lanes_[i], read<std::uint64_t>(bytes + 8 * i));
}

void Checksum::add(std::string_view bytes) {
  const std::size_t held = size_ % kStripe;
  size_ += bytes.size();
  if (held != 0) {
    const std::size_t taken = std::min(kStripe - held, bytes.size());
    std::copy_n(bytes.data(), taken, rest_.data() + held);
    bytes.remove_prefix(taken);
    if (held + taken < kStripe) return;
    add_stripe(rest_.data());
  }
  for (; bytes.size() >= kStripe; bytes.remove_prefix(kStripe)) add_stripe(bytes.data());
  std::copy_n(bytes.data(), bytes.size(), rest_.data());
}

std::string Checksum::hex() const {
  std::uint64_t hash = kPrime5;
  if (size_ >= kStripe) {
    hash = std::rotl(lanes_[0], 1) + std::rotl(lanes_[1], 7) + std::rotl(lanes_[2], 12) +
           std::rotl(lanes_[3], 18);
    for (const std::uint64_t lane : lanes_) hash = (hash ^ round_of(0, lane)) * kPrime1 + kPrime4;
  }
  hash += size_;
  const std::size_t held = size_ % kStripe;
  std::size_t i = 0;
  for (; i + 8 <= held; i += 8)
    hash = std::rotl(hash ^ round_of(0, read<std::uint64_t>(&rest_[i])), 27) * kPrime1 + kPrime4;
  for (; i + 4 <= held; i += 4)
    hash = std::rotl(hash ^ read<std::uint32_t>(&rest_[i]) * kPrime1, 23) * kPrime2 + kPrime3;
  for (; i < held; ++i) hash = std::rotl(hash ^ read<unsigned char>(&rest_[i]) * kPrime5, 11) * kPrime1;
  hash = (hash ^ hash >> 33) * kPrime2;
  hash = (hash ^ hash >> 29) * kPrime3;
  hash ^= hash >> 32;
  char digits[17];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(hash));
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
