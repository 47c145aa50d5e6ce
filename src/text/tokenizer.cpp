#include <reprtune/text/tokenizer.h>

#include <algorithm>

namespace reprtune {

void Tokenizer::encode(std::string_view text, std::size_t max_length, Truncation truncation,
                       Encoding& encoding) const {
  std::vector<std::int32_t>& ids = encoding.ids;
  ids.clear();
  ids.push_back(first_special_id());
  append_ids(text, ids);
  ids.push_back(last_special_id());
  encoding.full_length = ids.size();
  if (truncation == Truncation::none || ids.size() <= max_length) return;

  const auto surplus = static_cast<std::ptrdiff_t>(std::min(ids.size() - max_length, ids.size() - 2));
  if (truncation == Truncation::start) {
    ids.erase(ids.begin() + 1, ids.begin() + 1 + surplus);
  } else {
    ids.erase(ids.end() - 1 - surplus, ids.end() - 1);
  }
  if (ids.size() > max_length) ids.resize(max_length);  // no room even for the special tokens
}

bool Tokenizer::is_mostly_unknown(std::span<const std::int32_t> ids) const {
  const auto unknown = static_cast<std::size_t>(std::ranges::count(ids, unknown_id()));
  return ids.size() > 2 && 2 * unknown > ids.size() - 2;
}

}  // namespace reprtune
