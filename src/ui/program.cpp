#include <reprtune/serve/api_error.h>
#include <reprtune/ui/program.h>

#include <string_view>
#include <utility>

namespace reprtune::ui {

Program::Program(std::filesystem::path executable, std::filesystem::path folder,
                 std::vector<std::string> shared)
    : executable_(std::move(executable)), folder_(std::move(folder)), shared_(std::move(shared)) {}

std::vector<std::string> Program::command(const std::vector<std::string>& arguments) const {
  std::vector<std::string> words = {"reprtune"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  words.insert(words.end(), shared_.begin(), shared_.end());
  return words;
}

std::unique_ptr<ChildProcess> Program::start(const std::vector<std::string>& arguments) const {
  return std::make_unique<ChildProcess>(executable_, command(arguments), folder_);
}

std::string Program::run(const std::vector<std::string>& arguments) {
  struct Place {
    std::counting_semaphore<2>& free;
    explicit Place(std::counting_semaphore<2>& of) : free(of) { free.acquire(); }
    ~Place() { free.release(); }
  } const place(free_);
  const auto process = start(arguments);
  if (process->wait() != 0)
    throw serve::ApiError(serve::ErrorCause::malformed, error_in(process->messages()));
  return process->output();
}

std::string Program::error_in(const std::string& messages) {
  constexpr std::string_view kBefore = "error: ";
  std::size_t start = messages.rfind("\n" + std::string(kBefore));
  start = start == std::string::npos ? (messages.starts_with(kBefore) ? 0 : std::string::npos) : start + 1;
  std::string reason = start == std::string::npos
                           ? messages.substr(messages.size() > 400 ? messages.size() - 400 : 0)
                           : messages.substr(start + kBefore.size());
  while (reason.ends_with('\n')) reason.pop_back();
  return reason.empty() ? "the program ended without a word" : reason;
}

}  // namespace reprtune::ui
