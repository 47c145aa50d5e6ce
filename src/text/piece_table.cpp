#include <reprtune/text/piece_table.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace reprtune {
namespace {

constexpr std::size_t kHeadSize = 8, kMaxBit = 64;

template <typename Number>
Number load(const char* bytes) {
  static_assert(std::endian::native == std::endian::little);
  Number value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::uint64_t lowest_bits(std::size_t count) {
  return count >= kMaxBit ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

/// Up to 8 bytes as a number, the first one lowest. Always reads 8: a branch on the size would be a guess.
std::uint64_t head_of(const char* bytes, std::size_t size) {
  return load<std::uint64_t>(bytes) & lowest_bits(8 * size);
}

/// The place of a text's first two bytes in a table of 4096: starts may share a place, which costs a look.
std::size_t place_of_start(unsigned char first, unsigned char second) {
  return (std::size_t{first} << 6 ^ second) & 4095;
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

}  // namespace

PieceTable::PieceTable(std::size_t capacity)
    : slots_(std::bit_ceil(std::max<std::size_t>(2 * capacity, 16))),
      shift_(64 - std::countr_zero(slots_.size())) {}

/// The slot that holds `piece`, or the free one where it would go.
std::size_t PieceTable::find(std::uint64_t head, std::string_view piece) const {
  constexpr std::uint64_t kFactor = 0x9E3779B97F4A7C15;
  std::uint64_t hash = head * kFactor;
  for (std::size_t i = kHeadSize; i < piece.size(); i += kHeadSize) {
    hash = (hash ^ hash >> 32 ^ head_of(piece.data() + i, piece.size() - i)) * kFactor;
  }
  for (std::size_t i = (hash ^ hash << 32) >> shift_;; i = (i + 1) & (slots_.size() - 1)) {
    const Slot& slot = slots_[i];
    if (slot.where == 0) return i;
    if (slot.head != head) continue;
    if (piece.size() <= kHeadSize ? slot.where == piece.size()
                                  : has_rest(slot.where, piece.substr(kHeadSize)))
      return i;
  }
}

bool PieceTable::has_rest(std::uint32_t where, std::string_view rest) const {
  if (where <= kHeadSize) return false;
  const char* stored = rests_.data() + (where - kHeadSize - 1);
  return load<std::uint32_t>(stored) == rest.size() &&
         std::memcmp(stored + sizeof(std::uint32_t), rest.data(), rest.size()) == 0;
}

void PieceTable::insert(std::string_view piece, std::int32_t id) {
  if (piece.empty()) return;
  const std::string padded = std::string(piece).append(kPadding, 0);
  piece = std::string_view(padded).substr(0, piece.size());
  const std::uint64_t head = head_of(piece.data(), piece.size());
  Slot& slot = slots_[find(head, piece)];
  if (slot.where == 0) {
    slot.head = head;
    slot.where = static_cast<std::uint32_t>(piece.size());
    if (piece.size() > kHeadSize) {
      slot.where = static_cast<std::uint32_t>(kHeadSize + 1 + rests_.size());
      const auto length = static_cast<std::uint32_t>(piece.size() - kHeadSize);
      rests_.append(reinterpret_cast<const char*>(&length), sizeof length).append(piece.substr(kHeadSize));
    }
  }
  slot.id = id;

  longest_ = std::max(longest_, piece.size());
  const std::uint64_t bit = std::uint64_t{1} << (std::min(piece.size(), kMaxBit) - 1);
  const auto first = static_cast<unsigned char>(piece[0]);
  if (piece.size() > 1) {
    lengths_[place_of_start(first, static_cast<unsigned char>(piece[1]))] |= bit;
  } else {
    for (unsigned second = 0; second < 256; ++second) {
      lengths_[place_of_start(first, static_cast<unsigned char>(second))] |= bit;
    }
  }
}

PieceTable::Match PieceTable::longest_prefix(std::string_view text) const {
  if (text.empty()) return {};
  const std::uint64_t lengths =
      lengths_[place_of_start(static_cast<unsigned char>(text[0]), static_cast<unsigned char>(text[1]))];
  const auto length_up_to = [&](std::size_t length) -> std::size_t {
    if (length >= kMaxBit && lengths >> (kMaxBit - 1) != 0) return length;
    return static_cast<std::size_t>(std::bit_width(lengths & lowest_bits(std::min(length, kMaxBit - 1))));
  };
  const std::uint64_t head = head_of(text.data(), text.size());
  for (std::size_t length = length_up_to(std::min(text.size(), longest_)); length != 0;
       length = length_up_to(length - 1)) {
    if (length < text.size() && is_continuation(text[length])) continue;
    const Slot& slot = slots_[find(head & lowest_bits(8 * length), text.substr(0, length))];
    if (slot.where != 0) return {slot.id, length};
  }
  return {};
}

}  // namespace reprtune
