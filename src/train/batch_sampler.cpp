#include <reprtune/io/random.h>
#include <reprtune/train/batch_sampler.h>

#include <algorithm>
#include <cassert>
#include <utility>

namespace reprtune {

/// One epoch in the making. Rows of a class are shuffled and travel as pairs; the last one of an odd number
/// is single.
class BatchSampler::Deal {
 public:
  Deal(const BatchSampler& sampler, std::uint64_t epoch)
      : random_(Random(sampler.seed_).next() + epoch),
        classes_(sampler.rows_of_class_),
        rows_(sampler.rows_),
        partner_(rows_, kNone),
        class_(rows_),
        placed_(rows_, false),
        batches_(sampler.batches_) {
    random_.shuffle(std::span(classes_));
    for (std::size_t c = 0; c < classes_.size(); ++c) {
      auto& rows = classes_[c];
      random_.shuffle(std::span(rows));
      for (std::size_t i = 0; i < rows.size(); ++i) class_[rows[i]] = c;
      for (std::size_t i = 0; i + 1 < rows.size(); i += 2) {
        partner_[rows[i]] = rows[i + 1];
        partner_[rows[i + 1]] = rows[i];
      }
    }
  }

  /// Gives every batch a pair and an opponent, and the opponent's partner where there is room.
  void give_contrast() {
    const std::vector<std::size_t> anchors = draw_anchors();
    const std::vector<std::size_t> opponents = draw_opponents(anchors);
    for (std::size_t b = 0; b < batches_.size(); ++b)
      for (const std::size_t row : {anchors[b], partner_[anchors[b]], opponents[b]}) place(row, b);
    for (std::size_t b = 0; b < batches_.size(); ++b) {
      const std::size_t partner = partner_[opponents[b]];
      if (partner != kNone && !placed_[partner] && room(b) > 0) place(partner, b);
    }
  }

  /// Deals the rows that are left to the batches in turn: pairs, class by class, the odd row with the last
  /// pair of its class, then what is single.
  void deal_rest() {
    std::vector<std::size_t> singles;
    std::vector<std::size_t> open = batches_with_room(2);
    std::size_t turn = 0;
    for (const auto& rows : classes_) {
      std::size_t met = kNone;  // where the last pair went
      for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::size_t row = rows[i], partner = partner_[row];
        if (placed_[row]) continue;
        const bool together = partner != kNone && !placed_[partner];
        if (const auto b = together ? take_turn(open, turn, 2) : kNone; b != kNone) {
          place(row, b);
          place(partner, b);
          met = b;
        } else if (partner == kNone && met != kNone && room(met) > 0) {
          place(row, met);
        } else {
          singles.push_back(row);
        }
      }
    }
    open = batches_with_room(1);
    turn = 0;
    for (const std::size_t row : singles) place(row, take_turn(open, turn, 1));
  }

  std::vector<std::vector<std::size_t>> batches() && {
    random_.shuffle(std::span(batches_));
    return std::move(batches_);
  }

 private:
  static constexpr auto kNone = static_cast<std::size_t>(-1);

  /// The first rows of the pairs that begin the batches, class by class. S rows are left as opponents. A
  /// class with q of the pairs needs q opponents among the S - (n - 2 q) rows that are not its own, so
  /// q >= n - S; beyond that any pair will do.
  std::vector<std::size_t> draw_anchors() {
    const std::size_t S = rows_ - 2 * batches_.size();
    std::vector<std::size_t> anchors, others;
    for (const auto& rows : classes_) {
      const std::size_t least = rows.size() > S ? rows.size() - S : 0;
      for (std::size_t i = 0; i < rows.size() / 2; ++i) (i < least ? anchors : others).push_back(rows[2 * i]);
    }
    random_.shuffle(std::span(others));
    const std::size_t missing = batches_.size() - anchors.size();
    assert(missing <= others.size());
    anchors.insert(anchors.end(), others.begin(), others.begin() + static_cast<std::ptrdiff_t>(missing));
    std::sort(anchors.begin(), anchors.end(), [&](std::size_t a, std::size_t b) {
      return std::pair(class_[a], a) < std::pair(class_[b], b);
    });
    return anchors;
  }

  /// For each pair a row of another class, and after them the other rows that are left. Of a pair one row
  /// comes first and the other last, so that few pairs have both as opponents.
  std::vector<std::size_t> draw_opponents(const std::vector<std::size_t>& anchors) {
    std::vector<bool> is_anchor(rows_, false);
    for (const std::size_t row : anchors) is_anchor[row] = is_anchor[partner_[row]] = true;
    std::vector<std::size_t> rows, seconds;
    for (const auto& members : classes_) {
      for (std::size_t i = 0; i < members.size(); ++i)
        if (!is_anchor[members[i]]) (i % 2 == 0 ? rows : seconds).push_back(members[i]);
    }
    random_.shuffle(std::span(rows));
    random_.shuffle(std::span(seconds));
    rows.insert(rows.end(), seconds.begin(), seconds.end());
    exchange_own_class(anchors, rows);
    return rows;
  }

  /// Exchanges each opponent that is of its pair's class c for one at a place where neither pair nor row is
  /// of c. There is one: pairs and rows of c are at S places or fewer together, and share at least one. The
  /// places passed over are of c themselves, so all the searches together are O(rows).
  void exchange_own_class(const std::vector<std::size_t>& anchors, std::vector<std::size_t>& rows) const {
    std::size_t place = 0, of = kNone;
    for (std::size_t i = 0; i < anchors.size(); ++i) {
      const std::size_t c = class_[anchors[i]];
      if (class_[rows[i]] != c) continue;
      if (std::exchange(of, c) != c) place = 0;
      while ((place < anchors.size() && class_[anchors[place]] == c) || class_[rows[place]] == c) ++place;
      assert(place < rows.size());
      std::swap(rows[i], rows[place]);
    }
  }

  std::size_t room(std::size_t b) const {
    const std::size_t size = rows_ / batches_.size() + (b < rows_ % batches_.size() ? 1 : 0);
    return size - batches_[b].size();
  }

  std::vector<std::size_t> batches_with_room(std::size_t rows) const {
    std::vector<std::size_t> open;
    for (std::size_t b = 0; b < batches_.size(); ++b)
      if (room(b) >= rows) open.push_back(b);
    return open;
  }

  /// The next of the open batches that has room for so many rows; kNone when there is none. Full ones are
  /// closed.
  std::size_t take_turn(std::vector<std::size_t>& open, std::size_t& turn, std::size_t rows) const {
    while (!open.empty()) {
      if (turn >= open.size()) turn = 0;
      if (room(open[turn]) >= rows) return open[turn++];
      open[turn] = open.back();
      open.pop_back();
    }
    return kNone;
  }

  void place(std::size_t row, std::size_t b) {
    assert(!placed_[row]);
    placed_[row] = true;
    batches_[b].push_back(row);
  }

  Random random_;
  std::vector<std::vector<std::size_t>> classes_;  ///< rows of each, in the order drawn
  std::size_t rows_;
  std::vector<std::size_t> partner_, class_;  // [rows]
  std::vector<bool> placed_;                  // [rows]
  std::vector<std::vector<std::size_t>> batches_;
};

namespace {

std::vector<std::size_t> dealt_classes(std::span<const RowLabels> labels, std::size_t classes) {
  std::vector<std::size_t> dealt = leading_labels(labels, classes);
  for (std::size_t row = 0; row < dealt.size(); ++row)
    if (dealt[row] == classes) dealt[row] += row;
  return dealt;
}

}  // namespace

BatchSampler::BatchSampler(std::span<const std::size_t> labels, std::size_t classes, std::size_t batch_size,
                           std::uint64_t seed)
    : rows_of_class_(classes),
      rows_(labels.size()),
      batches_((labels.size() + batch_size - 1) / batch_size),
      seed_(seed) {
  for (std::size_t row = 0; row < labels.size(); ++row) rows_of_class_.at(labels[row]).push_back(row);
  std::erase_if(rows_of_class_, [](const auto& rows) { return rows.empty(); });
}

BatchSampler::BatchSampler(std::span<const RowLabels> labels, std::size_t classes, std::size_t batch_size,
                           std::uint64_t seed)
    : BatchSampler(dealt_classes(labels, classes), classes + labels.size(), batch_size, seed) {}

bool BatchSampler::has_contrast() const {
  std::size_t pairs = 0, largest = 0;
  for (const auto& rows : rows_of_class_) {
    pairs += rows.size() / 2;
    largest = std::max(largest, rows.size());
  }
  return rows_ >= 3 * batches_ && pairs >= batches_ && rows_ - largest >= batches_;
}

std::vector<std::vector<std::size_t>> BatchSampler::epoch(std::uint64_t epoch) const {
  Deal deal(*this, epoch);
  if (has_contrast()) deal.give_contrast();
  deal.deal_rest();
  return std::move(deal).batches();
}

}  // namespace reprtune
