#include "messages.h"

#include <reprtune/data/dataset.h>
#include <reprtune/data/fixed_number.h>
#include <reprtune/data/grouped_number.h>
#include <reprtune/data/row_reader.h>
#include <reprtune/io/byte_sink.h>

#include "log.h"
#include "progress_line.h"

namespace reprtune::cli {

void print_result(std::string_view text) {
  clear_progress_line();  // which would stand before it
  const auto out = open_byte_sink("-");
  out->write(text);
  out->commit();
}

std::string count_text(std::uint64_t count, std::string_view noun) {
  std::string plural = std::string(noun);
  if (count != 1) plural += plural.ends_with("s") ? "es" : "s";
  return grouped_number(count) + " " + plural;
}

std::string score_text(double score) { return fixed_number(score, 4); }

void log_reading(const std::string& name, std::uint64_t bad_rows, const std::vector<BadRow>& examples,
                 const RowLines& cleaned_rows) {
  if (bad_rows > 0) log_warning(name + ": " + count_text(bad_rows, "bad row") + " skipped");
  constexpr std::size_t kListed = 10;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const std::string row = name + ":" + std::to_string(examples[i].line) + ": " + examples[i].reason;
    i < kListed ? log_warning(row) : log_detail(row);
  }
  if (examples.size() > kListed) log_warning("... and " + grouped_number(bad_rows - kListed) + " more");
  if (cleaned_rows.count > 0)
    log_info(name + ": " + count_text(cleaned_rows.count, "row") + " changed by cleaning (" +
             lines_text(cleaned_rows) + ")");
}

}  // namespace reprtune::cli
