#include <reprtune/io/error.h>
#include <reprtune/ui/child_process.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstring>
#include <mutex>
#include <thread>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

namespace reprtune::ui {
namespace {

// Between two looks whether it has ended: often at first, for a short command, and seldom in the end.
constexpr auto kFirstGlance = std::chrono::milliseconds(5), kLastGlance = std::chrono::milliseconds(500);
constexpr off_t kMostBytes = 4 << 20;  // of its output

[[noreturn]] void fail(const std::string& what, int code) {
  throw Error(ErrorKind::runtime, what + ": " + std::strerror(code));
}

/// A file without a name.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : file_(::memfd_create(name, MFD_CLOEXEC)) {
    if (file_ < 0) fail("no memory file", errno);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(file_); }

  int descriptor() const { return file_; }
  std::string content() const {
    const off_t size = std::max<off_t>(0, ::lseek(file_, 0, SEEK_END));
    const off_t start = std::max<off_t>(0, size - kMostBytes);
    std::string bytes(static_cast<std::size_t>(size - start), '\0');
    const ssize_t read = ::pread(file_, bytes.data(), bytes.size(), start);
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(0, read)));
    return bytes;
  }

 private:
  int file_;
};

/// What posix_spawn is told about a program that is to be on its own.
class SpawnPlan {
 public:
  SpawnPlan(const std::filesystem::path& folder, int output, int messages) {
    posix_spawnattr_init(&attributes_);
    posix_spawn_file_actions_init(&actions_);
    // This program blocks the signals that its child is to be stopped by.
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions_, messages, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);  // connections of our clients
    posix_spawn_file_actions_addchdir_np(&actions_, folder.c_str());
  }
  SpawnPlan(const SpawnPlan&) = delete;
  SpawnPlan& operator=(const SpawnPlan&) = delete;
  ~SpawnPlan() {
    posix_spawn_file_actions_destroy(&actions_);
    posix_spawnattr_destroy(&attributes_);
  }

  pid_t spawn(const std::filesystem::path& executable, const std::vector<std::string>& arguments) const {
    std::vector<char*> pointers;
    for (const std::string& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
    pointers.push_back(nullptr);
    pid_t process = 0;
    const int code =
        posix_spawn(&process, executable.c_str(), &actions_, &attributes_, pointers.data(), environ);
    if (code != 0) fail(executable.string() + ": cannot be started", code);
    return process;
  }

 private:
  posix_spawnattr_t attributes_;
  posix_spawn_file_actions_t actions_;
};

}  // namespace

class ChildProcess::State {
 public:
  State(const std::filesystem::path& executable, const std::vector<std::string>& arguments,
        const std::filesystem::path& folder)
      : output_("output"),
        messages_("messages"),
        process_(
            SpawnPlan(folder, output_.descriptor(), messages_.descriptor()).spawn(executable, arguments)),
        watcher_([this](const std::stop_token& stop) { watch(stop); }) {}

  pid_t id() const { return process_; }
  std::optional<int> exit_code() const {
    const std::lock_guard lock(mutex_);
    return code_;
  }
  int wait() const {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return code_.has_value(); });
    return *code_;
  }
  void ask_to_end() const {
    const std::lock_guard lock(mutex_);  // its number is its own until it has been waited for
    if (!code_) ::kill(process_, SIGTERM);
  }
  std::string output() const { return output_.content(); }
  std::string messages() const { return messages_.content(); }

 private:
  void watch(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    auto glance = kFirstGlance;
    while (!stop.stop_requested() && !take_code()) {
      changed_.wait_for(lock, stop, glance, [] { return false; });
      glance = std::min(kLastGlance, glance + glance / 4 + std::chrono::milliseconds(1));
    }
    changed_.notify_all();
  }
  bool take_code() {
    int status = 0;
    const pid_t ended = ::waitpid(process_, &status, WNOHANG);
    if (ended == 0 || (ended < 0 && errno == EINTR)) return false;
    code_ = ended < 0 ? 1 : (WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
    return true;
  }

  MemoryFile output_, messages_;
  mutable std::mutex mutex_;
  mutable std::condition_variable_any changed_;
  std::optional<int> code_;
  pid_t process_;
  std::jthread watcher_;  // last, so that it ends before what it uses
};

ChildProcess::ChildProcess(const std::filesystem::path& executable, const std::vector<std::string>& arguments,
                           const std::filesystem::path& folder)
    : state_(std::make_unique<State>(executable, arguments, folder)) {}
ChildProcess::~ChildProcess() = default;

pid_t ChildProcess::id() const { return state_->id(); }
std::optional<int> ChildProcess::exit_code() const { return state_->exit_code(); }
int ChildProcess::wait() const { return state_->wait(); }
void ChildProcess::ask_to_end() const { state_->ask_to_end(); }
std::string ChildProcess::output() const { return state_->output(); }
std::string ChildProcess::messages() const { return state_->messages(); }

}  // namespace reprtune::ui
