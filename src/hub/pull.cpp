#include <reprtune/hub/pull.h>
#include <reprtune/io/atomic_file.h>
#include <reprtune/io/error.h>
#include <reprtune/model/hub_cache.h>
#include <reprtune/model/model.h>
#include <reprtune/model/model_folder.h>
#include <reprtune/model/model_location.h>
#include <reprtune/model/safetensors.h>
#include <reprtune/text/tokenizer.h>

#include "digest.h"
#include "hub_client.h"
#include "model_files.h"
#include "partial_blob.h"

#include <algorithm>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <unistd.h>

namespace reprtune {
namespace {

using Path = std::filesystem::path;

/// Throws Error(model) when the model that these files describe cannot be used here.
void check_description(const Path& folder) {
  read_model_folder(folder);
  load_tokenizer(folder);
}

/// Whether all of the weights is there: the header of the file says how long it is.
bool has_weights(const Path& folder) {
  try {
    SafetensorsFile(folder / kWeightsFile);
  } catch (const Error&) {
    return false;
  }
  return true;
}

bool is_complete(const Path& folder, const CachedRepository& repository, const std::string& commit) {
  const bool known =
      std::all_of(optional_model_files().begin(), optional_model_files().end(), [&](const std::string& path) {
        return std::filesystem::exists(folder / path) ||
               std::filesystem::exists(repository.absence(commit, path));
      });
  if (!known || !has_weights(folder)) return false;
  try {
    check_description(folder);
  } catch (const Error&) {
    return false;
  }
  return true;
}

std::optional<Path> find_complete(const HubName& name, const CachedRepository& repository) {
  const auto folder = find_download(name);
  if (!folder) return std::nullopt;
  const auto commit = repository.find_commit(name.revision);
  const bool is_cached = commit && *folder == repository.snapshot(*commit);
  // What the set-up downloads is complete.
  return !is_cached || is_complete(*folder, repository, *commit) ? folder : std::nullopt;
}

void make_folder(const Path& folder) {
  std::error_code code;
  std::filesystem::create_directories(folder, code);
  if (code)
    throw Error(ErrorKind::runtime, folder.string() + ": could not be made: " + code.message() +
                                        " (HF_HUB_CACHE names another folder)");
}

/// Puts a link with a relative target in place, over one that is there.
void put_link(const Path& target, const Path& link) {
  make_folder(link.parent_path());
  const Path relative = target.lexically_relative(link.parent_path());
  const Path beside = link.string() + "." + std::to_string(::getpid()) + ".partial";
  std::error_code code;
  std::filesystem::remove(beside, code);
  std::filesystem::create_symlink(relative, beside, code);
  if (!code) std::filesystem::rename(beside, link, code);
  if (code) throw Error(ErrorKind::runtime, link.string() + ": could not be made: " + code.message());
}

std::string megabytes(std::uint64_t bytes) { return std::to_string((bytes + 999'999) / 1'000'000) + " MB"; }

/// A pull under way.
class Pull {
 public:
  Pull(const HubName& name, const HubSettings& settings, const ProgressListener& listener)
      : name_(name),
        settings_(settings),
        listener_(listener),
        repository_(settings.cache, name.id),
        work_("downloading " + name.text()),
        client_(settings, name, [this] { tell(); }) {}

  PulledModel run() {
    const HubListing listing = client_.list();
    commit_ = listing.commit;
    const auto paths = choose_model_files(name_.text(), listing.paths);
    const Path folder = repository_.snapshot(commit_);
    note_absences(listing.paths);
    const auto missing = describe_missing(paths);
    for (const HubFile& file : missing) total_ += lacking(file);
    require_space();
    for (const HubFile& file : missing) {
      if (file.path == kWeightsFile) require([&] { check_description(folder); });
      download(file);
    }
    require([&] { Model::load(folder, Precision::float32, at::kCPU); });
    if (name_.revision != commit_) {
      write_marker(repository_.ref(name_.revision), commit_);
    }
    return {folder, missing.size(), total_};
  }

 private:
  void tell() const {
    const std::uint64_t arrived = arriving_ == nullptr ? 0 : arriving_->size();
    if (listener_) listener_({work_, done_ + arrived - std::min(arrived, begun_with_), total_, "byte"});
  }

  /// So that this model is known to be complete without asking the hub again.
  void note_absences(const std::vector<std::string>& listed) const {
    for (const std::string& path : optional_model_files()) {
      if (std::find(listed.begin(), listed.end(), path) != listed.end()) continue;
      write_marker(repository_.absence(commit_, path), "");
    }
  }

  /// One pull at a time: all write through a file of the same name.
  void write_marker(const Path& file, const std::string& content) const {
    const Path lock = repository_.lock(commit_);
    make_folder(lock.parent_path());
    make_folder(file.parent_path());
    const DownloadLock held(lock, [this] { tell(); });
    write_file(file, content);
  }

  std::vector<HubFile> describe_missing(const std::vector<std::string>& paths) {
    std::vector<HubFile> missing;
    const Path folder = repository_.snapshot(commit_);
    for (const std::string& path : paths) {
      const bool is_here =
          path == kWeightsFile ? has_weights(folder) : std::filesystem::exists(folder / path);
      if (!is_here) missing.push_back(client_.describe(commit_, path));
    }
    return missing;
  }

  /// A blob of another size was damaged after it came, and is downloaded anew.
  bool has_blob(const HubFile& file) const {
    std::error_code none;
    const std::uint64_t size = std::filesystem::file_size(repository_.blob(file.etag), none);
    return !none && (!file.size || size == *file.size);
  }

  /// Bytes of a file that are still to arrive.
  std::uint64_t lacking(const HubFile& file) const {
    const Path blob = repository_.blob(file.etag);
    const std::uint64_t size = file.size.value_or(0);
    if (has_blob(file)) return 0;
    std::error_code none;
    const std::uint64_t here = std::filesystem::file_size(blob.string() + ".incomplete", none);
    return none ? size : size - std::min(here, size);
  }

  void require_space() const {
    make_folder(settings_.cache);
    std::error_code unknown;
    const auto space = std::filesystem::space(settings_.cache, unknown);
    if (unknown || space.available >= total_) return;
    throw Error(ErrorKind::runtime, name_.text() + ": needs " + megabytes(total_) + " in " +
                                        settings_.cache.string() + ", " + megabytes(space.available) +
                                        " are free (free some, or set HF_HUB_CACHE to a folder elsewhere)");
  }

  /// Puts the name of the model before what `check` finds wrong with it.
  template <typename Check>
  void require(const Check& check) const {
    try {
      check();
    } catch (const Error& error) {
      throw Error(error.kind(), name_.text() + ": cannot be used here: " + error.what());
    }
  }

  void download(const HubFile& file) {
    const Path blob = repository_.blob(file.etag), lock = repository_.lock(file.etag);
    const std::uint64_t bytes = lacking(file);
    make_folder(blob.parent_path());
    make_folder(lock.parent_path());
    {
      const DownloadLock held(lock, [this] { tell(); });
      if (!has_blob(file)) download(file, blob);
    }
    put_link(blob, repository_.snapshot(commit_) / file.path);
    done_ += bytes;
    tell();
  }

  void download(const HubFile& file, const Path& blob) {
    PartialBlob partial(blob);
    begun_with_ = partial.size();
    arriving_ = &partial;
    fetch(file, partial);
    std::string wrong = mistake(file, partial);
    if (!wrong.empty() && begun_with_ > 0) {  // what was there may have been bad
      partial.restart();
      fetch(file, partial);
      wrong = mistake(file, partial);
    }
    if (!wrong.empty()) {
      partial.restart();
      throw Error(ErrorKind::runtime,
                  name_.text() + ": " + file.path + " arrived damaged: " + wrong + " (try again)");
    }
    partial.commit();
    arriving_ = nullptr;
  }

  void fetch(const HubFile& file, PartialBlob& partial) {
    if (file.size && partial.size() > *file.size) partial.restart();
    if (file.size && partial.size() == *file.size && *file.size > 0) return;
    client_.fetch(commit_, file, partial);
  }

  /// What is wrong with a file that has arrived; empty: nothing.
  std::string mistake(const HubFile& file, const PartialBlob& partial) const {
    if (file.size && partial.size() != *file.size)
      return "expected " + std::to_string(*file.size) + " bytes, found " + std::to_string(partial.size());
    const auto digest = digest_like(file.etag, partial.path(), [this] { tell(); });
    return digest && *digest != file.etag ? "expected checksum " + file.etag + ", found " + *digest : "";
  }

  const HubName& name_;
  const HubSettings& settings_;
  const ProgressListener& listener_;
  CachedRepository repository_;
  std::string work_, commit_;
  std::uint64_t total_ = 0;                ///< bytes that are to arrive
  std::uint64_t done_ = 0;                 ///< of them, those of files that are in place
  const PartialBlob* arriving_ = nullptr;  ///< the file under way
  std::uint64_t begun_with_ = 0;           ///< bytes of it that an earlier pull has brought
  HubClient client_;
};

}  // namespace

PulledModel pull_model(const HubName& name, const HubSettings& settings, bool update,
                       const ProgressListener& listener) {
  const CachedRepository repository(settings.cache, name.id);
  if (!update) {
    if (const auto folder = find_complete(name, repository)) return {*folder, 0, 0};
  }
  if (settings.offline)
    throw Error(ErrorKind::model, name.text() + ": HF_HUB_OFFLINE forbids to ask the hub for it (unset it)");
  return Pull(name, settings, listener).run();
}

}  // namespace reprtune
