#pragma once

#include <reprtune/serve/api_error.h>

#include <string>

namespace reprtune::ui {

/// What ApiError a call throws, as its message; "nothing" when it throws none.
template <typename Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const serve::ApiError& error) {
    return error.what();
  }
  return "nothing";
}

}  // namespace reprtune::ui
