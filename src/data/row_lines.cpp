#include <reprtune/data/grouped_number.h>
#include <reprtune/data/row_lines.h>

#include <cstddef>

namespace reprtune {

void RowLines::add(std::uint64_t line) {
  constexpr std::size_t kKept = 10;
  ++count;
  if (first.size() < kKept) first.push_back(line);
}

std::string lines_text(const RowLines& rows) {
  if (rows.first.empty()) return {};
  const std::uint64_t more = rows.count - rows.first.size();
  std::string text = rows.count == 1 ? "line " : "lines ";
  for (std::size_t i = 0; i < rows.first.size(); ++i) {
    if (i > 0) text += more == 0 && i + 1 == rows.first.size() ? " and " : ", ";
    text += std::to_string(rows.first[i]);
  }
  return more > 0 ? text + " and " + grouped_number(more) + " more" : text;
}

}  // namespace reprtune
