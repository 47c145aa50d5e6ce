#pragma once

#include "model_use.h"

#include <functional>

namespace reprtune::cli {

/// `write`, before which is warned of standard input that is read as plain text, since no format was named,
/// and begins as another format does.
std::function<void(const VectorWindow&)> with_format_warning(const ModelUse& use,
                                                             std::function<void(const VectorWindow&)> write);

}  // namespace reprtune::cli
