#include <reprtune/model/torch_error.h>

#include <c10/util/Exception.h>

namespace reprtune {

std::optional<std::string> torch_error_message(const std::exception& error) {
  const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
  if (torch_error == nullptr) return std::nullopt;
  return "libtorch: " + std::string(torch_error->what_without_backtrace());
}

}  // namespace reprtune
