#include <reprtune/eval/confusion_examples.h>

#include <algorithm>
#include <cassert>
#include <map>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kCells = 2'000;
constexpr std::size_t kRowsOfCell = 5;

struct Cell {
  std::size_t truth = 0, predicted = 0;
  std::vector<std::size_t> rows;  // in file order, then the surest first
};

std::vector<Cell> cells_of(const Dataset& rows, std::span<const float> probabilities) {
  const std::size_t classes = rows.labels.size();
  std::map<std::pair<std::size_t, std::size_t>, std::vector<std::size_t>> by_place;
  for (std::size_t row = 0; row < rows.examples.size(); ++row) {
    const auto p = probabilities.subspan(row * classes, classes);
    const auto predicted = static_cast<std::size_t>(std::ranges::max_element(p) - p.begin());
    by_place[{rows.examples[row].labels.only(), predicted}].push_back(row);
  }
  std::vector<Cell> cells;
  for (auto& [place, members] : by_place) cells.push_back({place.first, place.second, std::move(members)});
  return cells;
}

}  // namespace

Json confusion_examples_json(const Dataset& rows, std::span<const float> probabilities) {
  const std::size_t classes = rows.labels.size();
  assert(probabilities.size() == rows.examples.size() * classes);
  std::vector<Cell> cells = cells_of(rows, probabilities);
  std::ranges::stable_sort(cells, [](const Cell& a, const Cell& b) {
    const bool a_right = a.truth == a.predicted, b_right = b.truth == b.predicted;
    return a_right != b_right ? b_right : a.rows.size() > b.rows.size();
  });
  Json list = Json::array();
  for (std::size_t i = 0; i < std::min(cells.size(), kCells); ++i) {
    Cell& cell = cells[i];
    const auto certainty = [&](std::size_t row) { return probabilities[row * classes + cell.predicted]; };
    std::ranges::stable_sort(cell.rows,
                             [&](std::size_t a, std::size_t b) { return certainty(a) > certainty(b); });
    Json first = Json::array();
    for (std::size_t r = 0; r < std::min(cell.rows.size(), kRowsOfCell); ++r) {
      const Example& example = rows.examples[cell.rows[r]];
      first.push_back(
          {{"line", example.line}, {"text", example.text}, {"probability", certainty(cell.rows[r])}});
    }
    list.push_back({{"label", cell.truth},
                    {"predicted", cell.predicted},
                    {"rows", cell.rows.size()},
                    {"first", std::move(first)}});
  }
  return list;
}

}  // namespace reprtune
