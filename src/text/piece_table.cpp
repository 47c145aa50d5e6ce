#include <reprtune/text/piece_table.h>

#include <algorithm>
#include <bit>

namespace reprtune {
namespace {

// A polynomial hash modulo 2^64: h(text + byte) = h(text) * kFactor + byte + 1. As kFactor is odd it has an
// inverse, so the hash of a text gives that of the text without its last byte: all prefixes are hashed
// forwards once and then looked up from the longest to the shortest.
constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;

constexpr std::uint64_t inverse(std::uint64_t odd) {
  std::uint64_t result = odd;  // right in 3 bits; each step of Newton's doubles them
  for (int i = 0; i < 5; ++i) result *= 2 - odd * result;
  return result;
}
constexpr std::uint64_t kInverse = inverse(kFactor);
static_assert(kFactor * kInverse == 1);

std::uint64_t add_byte(std::uint64_t hash, char byte) {
  return hash * kFactor + static_cast<unsigned char>(byte) + 1;
}
std::uint64_t remove_byte(std::uint64_t hash, char byte) {
  return (hash - static_cast<unsigned char>(byte) - 1) * kInverse;
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

PieceTable::PieceTable(std::size_t capacity)
    : slots_(std::bit_ceil(std::max<std::size_t>(2 * capacity, 16))),
      shift_(64 - std::countr_zero(slots_.size())) {}

std::size_t PieceTable::slot_of(std::uint64_t hash) const {
  constexpr std::uint64_t kMix = 0xD6E8FEB86659FD93;
  return static_cast<std::size_t>(((hash ^ (hash >> 32)) * kMix) >> shift_);
}

const PieceTable::Slot* PieceTable::find(std::uint64_t hash, std::string_view piece) const {
  for (std::size_t i = slot_of(hash); slots_[i].length != 0; i = (i + 1) & (slots_.size() - 1)) {
    const Slot& slot = slots_[i];
    if (slot.hash == hash && std::string_view(bytes_).substr(slot.offset, slot.length) == piece) return &slot;
  }
  return nullptr;
}

void PieceTable::insert(std::string_view piece, std::int32_t id) {
  if (piece.empty()) return;
  std::uint64_t hash = 0;
  for (const char byte : piece) hash = add_byte(hash, byte);
  std::size_t i = slot_of(hash);
  if (const Slot* found = find(hash, piece)) {
    i = static_cast<std::size_t>(found - slots_.data());
    slots_[i].id = id;
    return;
  }
  while (slots_[i].length != 0) i = (i + 1) & (slots_.size() - 1);
  slots_[i] = {hash, static_cast<std::uint32_t>(bytes_.size()), static_cast<std::uint32_t>(piece.size()), id};
  bytes_.append(piece);
  longest_ = std::max(longest_, piece.size());
}

PieceTable::Match PieceTable::longest_prefix(std::string_view text) const {
  std::size_t length = std::min(text.size(), longest_);
  std::uint64_t hash = 0;
  for (const char byte : text.substr(0, length)) hash = add_byte(hash, byte);
  for (; length > 0; --length) {
    const bool ends_a_character = length == text.size() || !is_continuation(text[length]);
    if (ends_a_character) {
      if (const Slot* slot = find(hash, text.substr(0, length))) return {slot->id, length};
    }
    hash = remove_byte(hash, text[length - 1]);
  }
  return {};
}

}  // namespace reprtune
