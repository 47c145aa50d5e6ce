#pragma once

#include <reprtune/data/data_check.h>

#include <cstddef>
#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// {"rows", "bad_rows", "classes": [{"label", "rows"}], "unlabelled" (only where rows may have any number of
/// labels), "duplicates", "contradictions",
/// "validation_overlap" (null without validation), "tokens": {"p50", "p95", "max"}, "truncated", "warnings":
/// [{"code", "message", "line" (or null)}]}.
nlohmann::ordered_json data_check_json(const DataCheck& check);

/// What a terminal of `width` columns (at least 40) shows: a table of classes with bars, largest class first,
/// then lengths, doubtful rows and warnings. Ends with a newline.
std::string data_check_text(const DataCheck& check, std::size_t width);

}  // namespace reprtune
