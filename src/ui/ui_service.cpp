#include <reprtune/data/input_names.h>
#include <reprtune/io/error.h>
#include <reprtune/io/json_text.h>
#include <reprtune/report/shell_words.h>
#include <reprtune/serve/api_error.h>
#include <reprtune/serve/json_request.h>
#include <reprtune/ui/page.h>
#include <reprtune/ui/table_preview.h>
#include <reprtune/ui/ui_service.h>
#include <reprtune/ui/upload.h>

#include <algorithm>
#include <optional>
#include <utility>

#include <nlohmann/json.hpp>

namespace reprtune::ui {
namespace {

using serve::ApiError;
using serve::ErrorCause;
using serve::HttpRequest;
using serve::HttpResponse;
using OrderedJson = nlohmann::ordered_json;

constexpr std::string_view kRoot = "/ui/";
constexpr std::string_view kFiles = "/ui/files/";
constexpr std::string_view kReports = "/ui/report/";
constexpr std::string_view kPlaygrounds = "/ui/playground/";
constexpr std::string_view kActions = "/ui/api/";

/// What follows `prefix` in a path; absent when it does not begin with it, or nothing follows.
std::optional<std::string> after(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix) || path.size() == prefix.size()) return std::nullopt;
  return std::string(path.substr(prefix.size()));
}

HttpResponse redirect(const char* path) {
  return {.status = 303, .content_type = "text/plain", .body = "", .headers = {{"Location", path}}};
}

std::string name_in(const nlohmann::json& form) {
  const auto name = serve::text_member(form, "name");
  if (!name) serve::refuse_member("name", "the name of a run", nullptr);
  return *name;
}

/// How rows are read, as far as a preview goes by it.
InputOptions input_options(const nlohmann::json& form) {
  InputOptions options;
  const auto settings = form.find("settings");
  if (settings == form.end() || !settings->is_object()) return options;
  const auto text = [&](const char* key) { return serve::text_member(*settings, key).value_or(""); };
  options.text_column = text("text-column");
  options.label_column = text("label-column");
  if (const std::string header = text("header"); !header.empty()) options.header = parse_header_mode(header);
  if (const std::string delimiter = text("delimiter"); delimiter.size() == 1)
    options.delimiter = delimiter.front();
  return options;
}

}  // namespace

struct UiService::Action {
  std::string_view name;
  std::string (*answer)(UiService&, const Json&);
};

const std::vector<UiService::Action>& UiService::actions() {
  using Service = UiService&;
  using Form = const Json&;
  static const std::vector<Action> all = {
      {"folder", [](Service s, Form f) { return s.folder_json(f); }},
      {"files", [](Service s, Form) { return json_text(s.folder_.files()); }},
      {"preview", [](Service s, Form f) { return s.preview(f); }},
      {"check", [](Service s, Form f) { return s.program_.run(s.form_.check_arguments(f)); }},
      {"plan", [](Service s, Form f) { return s.plan(f, false); }},
      {"estimate", [](Service s, Form f) { return s.plan(f, true); }},
      {"start", [](Service s, Form f) { return s.start(f); }},
      {"runs", [](Service s, Form) { return json_text(s.runs_.list()); }},
      {"run",
       [](Service s, Form f) {
         return json_text(s.runs_.watch(name_in(f), serve::text_member(f, "cursor").value_or("")));
       }},
      {"record", [](Service s, Form f) { return json_text(s.runs_.record(name_in(f))); }},
      {"stop",
       [](Service s, Form f) {
         s.runs_.stop(name_in(f));
         return std::string("{}");
       }},
      {"resume",
       [](Service s, Form f) {
         s.runs_.resume(name_in(f));
         return std::string("{}");
       }},
  };
  return all;
}

UiService::UiService(const Gate& gate, const WorkFolder& folder, Program& program, Playground& playground,
                     const OrderedJson& settings, std::function<void(const std::exception&)> failed)
    : gate_(gate),
      folder_(folder),
      program_(program),
      playground_(playground),
      settings_(settings),
      failed_(std::move(failed)),
      form_(folder, settings),
      runs_(folder, program) {}

template <typename Call>
HttpResponse UiService::guarded(const Call& call) const {
  const auto refuse = [](ErrorCause cause, const std::string& message) {
    return serve::error_response(serve::ApiStyle::reprtune, ApiError(cause, message));
  };
  try {
    return call();
  } catch (const ApiError& error) {
    return serve::error_response(serve::ApiStyle::reprtune, error);
  } catch (const Error& error) {
    return refuse(error.kind() == ErrorKind::runtime ? ErrorCause::failed : ErrorCause::malformed,
                  error.what());
  } catch (const std::exception& error) {
    failed_(error);
    return refuse(ErrorCause::failed, "reprtune ui failed at this; its terminal says why");
  }
}

HttpResponse UiService::handle(const HttpRequest& request) {
  HttpResponse response = guarded([&] { return answer(request); });
  add_safety_headers(response);
  return response;
}

HttpResponse UiService::answer(const HttpRequest& request) {
  if (gate_.opens(request)) {
    // The page itself, no redirection: a browser that came by a link elsewhere would follow without the
    // cookie.
    HttpResponse page = page_file("").value();
    page.headers.emplace_back("Set-Cookie", gate_.cookie());
    return page;
  }
  const bool is_get = request.method == "GET" || request.method == "HEAD";
  try {
    gate_.require(request);
  } catch (const ApiError&) {
    if (is_get && (request.path == "/" || request.path == kRoot)) return closed_page();
    throw;
  }
  if (const auto action = after(request.path, kActions)) return act(*action, request);
  if (is_get) {
    if (const auto run = after(request.path, kReports)) return report_page(runs_.report(*run));
    if (const auto model = after(request.path, kPlaygrounds)) return open_playground(*model);
    if (request.path.starts_with(kRoot)) {
      if (auto file = page_file(std::string_view(request.path).substr(kRoot.size()))) return *file;
    }
  }
  if (!request.path.starts_with(kRoot) && playground_.is_open()) return playground_.handle(request);
  if (is_get && (request.path == "/" || request.path == "/ui")) return redirect("/ui/");
  throw ApiError(ErrorCause::unknown_path, "nothing is served at " + request.path);
}

HttpResponse UiService::act(std::string_view name, const HttpRequest& request) {
  const auto action = std::ranges::find(actions(), name, &Action::name);
  if (action == actions().end())
    throw ApiError(ErrorCause::unknown_path, "there is no action '" + std::string(name) + "'");
  if (request.method != "POST") throw ApiError(ErrorCause::wrong_method, "expected POST");
  // A page of another site can send no such type without asking first.
  if (!request.content_type.starts_with("application/json"))
    throw ApiError(ErrorCause::wrong_type, "expected the content type application/json");
  if (request.arrival != HttpRequest::Body::complete)
    throw ApiError(ErrorCause::too_large, "the body did not arrive whole, or is too large");
  return {.body = action->answer(*this, serve::parse_request(request.body))};
}

HttpResponse UiService::open_playground(const std::string& model) {
  folder_.model(model);
  playground_.open(model);
  return redirect("/");
}

std::unique_ptr<serve::BodyReceiver> UiService::receiver(const HttpRequest& head) {
  const auto name = after(head.path, kFiles);
  if (!name || head.method != "PUT") return nullptr;
  std::unique_ptr<serve::BodyReceiver> receiver;
  HttpResponse refused = guarded([&] {
    gate_.require(head);
    if (head.content_type.starts_with("multipart/"))
      throw ApiError(ErrorCause::wrong_type, "expected the bytes of the file alone");
    WorkFolder::require_file_name(*name);
    receiver = std::make_unique<Upload>(folder_.path(), *name);
    return HttpResponse{};
  });
  if (!receiver) receiver = std::make_unique<RefusedUpload>(std::move(refused));
  return receiver;
}

std::string UiService::folder_json(const Json&) {
  return json_text(
      OrderedJson{{"folder", folder_.path().string()}, {"bases", form_.bases()}, {"settings", settings_}});
}

std::string UiService::preview(const Json& form) {
  const auto name = serve::text_member(form, "train");
  if (!name) serve::refuse_member("train", "a file", nullptr);
  return json_text(table_preview(folder_.file(*name), input_options(form)));
}

/// The command line, and the settings as finetune resolves them; with `estimate` how long it would take.
std::string UiService::plan(const Json& form, bool estimate) {
  std::vector<std::string> arguments = form_.finetune_arguments(form);
  const std::string line = shell_line(program_.command(arguments));
  arguments.emplace_back("--dry-run");
  if (estimate) arguments.emplace_back("--estimate");
  auto answer = OrderedJson::parse(program_.run(arguments));
  const std::string model = serve::text_member(form, "model").value_or("");
  answer["command"] = line;
  answer["folder"] = folder_.path().string();
  const auto runs = folder_.runs();
  answer["is_there"] = std::ranges::find(runs, model) != runs.end();
  return json_text(answer);
}

std::string UiService::start(const Json& form) {
  const std::vector<std::string> arguments = form_.finetune_arguments(form);
  const std::string name = serve::text_member(form, "model").value_or("");
  runs_.start(name, arguments);
  return json_text(OrderedJson{{"name", name}});
}

}  // namespace reprtune::ui
