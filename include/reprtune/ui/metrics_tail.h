#pragma once

#include <filesystem>
#include <string>

namespace reprtune::ui {

/// What metrics.jsonl has that somebody who read it up to a place does not know yet.
struct MetricsTail {
  std::string lines = "[]";  ///< the objects, as a JSON list
  std::string cursor;        ///< the place up to which it has been read now
  bool is_new = true;        ///< they are all there are: what was known before is of another file
};

/// Reads on from `cursor` of an earlier answer ("": from the beginning), at most a megabyte. `generation`
/// tells apart processes that wrote the file: one that goes on with a run writes it anew. A last line that is
/// still being written is left for the next time.
MetricsTail read_metrics_tail(const std::filesystem::path& file, const std::string& generation,
                              const std::string& cursor);

}  // namespace reprtune::ui
