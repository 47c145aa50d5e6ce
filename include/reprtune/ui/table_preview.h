#pragma once

#include <reprtune/data/input_options.h>

#include <cstddef>
#include <filesystem>

#include <nlohmann/json_fwd.hpp>

namespace reprtune::ui {

/// The first rows of a file as a table, to choose columns by:
///
///     {"header": whether the first row names the columns, "names": [...], "rows": [[cell, ...], ...],
///      "text": index, "label": index or null, "can_choose": whether the columns can be chosen, "problem":
///      ""}
///
/// Cells are cut at `most_characters` and safe to show. Where the columns asked for are not there, "problem"
/// says so and text and label are null. Of JSON Lines the columns are text and label. Throws Error(data) for
/// a file that is none of rows.
nlohmann::ordered_json table_preview(const std::filesystem::path& file, const InputOptions& options,
                                     std::size_t most_rows = 8, std::size_t most_characters = 160);

}  // namespace reprtune::ui
