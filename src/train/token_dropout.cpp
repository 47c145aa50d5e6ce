#include <reprtune/io/random.h>
#include <reprtune/train/token_dropout.h>

#include <algorithm>

namespace reprtune {
namespace {

constexpr std::uint64_t kStream = 0x746f6b656e73;  // of the seed: not the numbers of the encoder's dropout

}  // namespace

std::vector<std::vector<std::int32_t>> TokenDropout::operator()(
    std::span<const std::vector<std::int32_t>> ids, std::span<const std::size_t> rows,
    std::uint64_t step) const {
  Random random(Random(seed_ ^ kStream).next() ^ Random(step).next());
  std::vector<std::vector<std::int32_t>> result;
  result.reserve(rows.size());
  for (const std::size_t row : rows) {
    std::vector<std::int32_t>& shown = result.emplace_back(ids[row]);
    if (probability_ == 0 || shown.size() < 3) continue;
    const std::span text(shown.begin() + 1, shown.end() - 1);
    for (std::int32_t& id : text)
      if (random.uniform() < probability_) id = mask_id_;
    const bool all_hidden = std::ranges::all_of(text, [this](std::int32_t id) { return id == mask_id_; });
    if (all_hidden) shown = ids[row];
  }
  return result;
}

}  // namespace reprtune
