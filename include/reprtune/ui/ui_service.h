#pragma once

#include <reprtune/serve/body_receiver.h>
#include <reprtune/ui/finetune_form.h>
#include <reprtune/ui/gate.h>
#include <reprtune/ui/playground.h>
#include <reprtune/ui/program.h>
#include <reprtune/ui/runs.h>
#include <reprtune/ui/work_folder.h>

#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

namespace reprtune::ui {

/// All of `reprtune ui` but the wire. Under /ui/ are the pages and what they ask for; everything else is the
/// Playground's, once a model has been opened. Members may be called from several threads.
///
///     GET  /ui/, /ui/*.css, /ui/*.js     the page
///     PUT  /ui/files/NAME                a file for the folder; {"name"}
///     GET  /ui/report/NAME               the report of a run
///     GET  /ui/playground/NAME           loads a model and leads to the Playground
///     POST /ui/api/ACTION                a JSON object each way: folder, files, preview, check, plan,
///                                        estimate, start, runs, run, record, stop, resume
class UiService {
 public:
  /// `settings`: those of finetune, see FinetuneForm. All of it must outlive the service. `failed` is told of
  /// faults of ours, which a page only hears the message of.
  UiService(const Gate& gate, const WorkFolder& folder, Program& program, Playground& playground,
            const nlohmann::ordered_json& settings, std::function<void(const std::exception&)> failed);

  serve::HttpResponse handle(const serve::HttpRequest& request);
  /// Takes uploads; null for all other requests.
  std::unique_ptr<serve::BodyReceiver> receiver(const serve::HttpRequest& head);

  const Runs& runs() const { return runs_; }

 private:
  using Json = nlohmann::json;
  struct Action;
  static const std::vector<Action>& actions();

  serve::HttpResponse answer(const serve::HttpRequest& request);
  serve::HttpResponse act(std::string_view name, const serve::HttpRequest& request);
  serve::HttpResponse open_playground(const std::string& model);
  /// Turns what `call` throws into an answer.
  template <typename Call>
  serve::HttpResponse guarded(const Call& call) const;

  std::string folder_json(const Json& form);
  std::string preview(const Json& form);
  std::string plan(const Json& form, bool estimate);
  std::string start(const Json& form);

  const Gate& gate_;
  const WorkFolder& folder_;
  Program& program_;
  Playground& playground_;
  const nlohmann::ordered_json& settings_;
  std::function<void(const std::exception&)> failed_;
  FinetuneForm form_;
  Runs runs_;
};

}  // namespace reprtune::ui
