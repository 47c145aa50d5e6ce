#include "format_option.h"

#include <set>

namespace reprtune::cli {

bool is_form_not_written(const std::string& extension) {
  static const std::set<std::string> forms = {".csv", ".gz",      ".json", ".jsonl", ".npy",
                                              ".npz", ".parquet", ".tsv",  ".xlsx"};
  return forms.contains(extension);
}

}  // namespace reprtune::cli
