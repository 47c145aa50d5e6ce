#include <reprtune/io/environment.h>
#include <reprtune/io/error.h>
#include <reprtune/model/torch_error.h>
#include <reprtune/serve/host_names.h>
#include <reprtune/serve/http_server.h>
#include <reprtune/serve/service.h>

#include "command.h"
#include "log.h"
#include "number_check.h"
#include "runtime_options.h"
#include "served_models.h"
#include "server_signals.h"
#include "server_thread.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <utility>

namespace reprtune::cli {
namespace {

struct ServeCommand {
  std::vector<std::string> models;  ///< MODEL or NAME=MODEL
  std::string key, key_file;
  std::vector<std::string> allowed_hosts;
  std::size_t body_megabytes = 8;
  bool base_models = true;
  std::int64_t timeout_seconds = 30, transfer_timeout_seconds = 10;
  serve::HttpServerOptions server;
  serve::RequestQueue::Limits queue;
  serve::TextEmbedder::Limits texts;
  serve::ServiceOptions service;
  RuntimeOptions runtime;
};

/// A model as it was asked for.
struct ModelSource {
  std::string name, model;
};

/// "support=models/42" is models/42 under the name "support"; a folder alone has its own name, any other
/// model the one it was asked for by.
ModelSource model_source(const std::string& argument) {
  const std::size_t equals = argument.find('=');
  if (equals != std::string::npos && !std::filesystem::exists(argument))
    return {argument.substr(0, equals), argument.substr(equals + 1)};
  if (!std::filesystem::is_directory(argument)) return {argument, argument};
  const auto folder = std::filesystem::weakly_canonical(argument);
  return {folder.filename().string(), argument};
}

std::vector<ModelSource> model_sources(const std::vector<std::string>& arguments) {
  std::vector<ModelSource> sources;
  std::set<std::string> names;
  for (const std::string& argument : arguments) {
    sources.push_back(model_source(argument));
    const std::string& name = sources.back().name;
    if (name.empty()) throw Error(ErrorKind::usage, argument + ": expected a name before the '='");
    if (!names.insert(name).second) {
      throw Error(ErrorKind::usage,
                  "two models are called '" + name + "': name one of them otherwise (NAME=" + argument + ")");
    }
  }
  return sources;
}

serve::ModelRegistry::Models load_models(const std::vector<ModelSource>& sources,
                                         const RuntimeOptions& runtime) {
  serve::ModelRegistry::Models models;
  for (const ModelSource& source : sources) {
    models.push_back(load_served_model(source.name, source.model, runtime));
  }
  return models;
}

/// The key itself, or the first line of the file, or else what REPRTUNE_API_KEY says.
std::string api_key(const std::string& given, const std::string& file) {
  if (!given.empty()) return given;
  if (file.empty()) return environment("REPRTUNE_API_KEY");
  std::ifstream stream(file);
  std::string key;
  std::getline(stream, key);
  while (key.ends_with('\r') || key.ends_with(' ')) key.pop_back();
  if (key.empty()) {
    throw Error(ErrorKind::usage, file + ": expected an API key in the first line, found " +
                                      (stream.is_open() ? "none" : "no such file"));
  }
  return key;
}

/// A server that only its own machine reaches is called by that machine's names; another one by any, unless
/// some are given.
std::vector<std::string> host_names(const std::string& address, const std::vector<std::string>& allowed) {
  if (!serve::is_loopback(address) && allowed.empty()) return {};
  auto names = serve::loopback_names(address);
  names.insert(names.end(), allowed.begin(), allowed.end());
  return names;
}

void complete(ServeCommand& command) {
  command.runtime.apply();
  if (command.texts.texts > command.queue.waiting_texts) {
    throw Error(ErrorKind::usage, "--max-texts " + std::to_string(command.texts.texts) +
                                      ": expected at most --queue-size, " +
                                      std::to_string(command.queue.waiting_texts) +
                                      ", found more: such a request would never be taken");
  }
  command.server.body_bytes = command.body_megabytes << 20;
  command.server.transfer_timeout = std::chrono::seconds(command.transfer_timeout_seconds);
  command.texts.timeout = std::chrono::seconds(command.timeout_seconds);
  command.service.host_names = host_names(command.server.host, command.allowed_hosts);
  command.service.api_key = api_key(command.key, command.key_file);
  command.queue.workers = batch_workers(command.runtime);
}

std::string address(const std::string& host, int port) {
  return "http://" + (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" +
         std::to_string(port);
}

void reload(serve::ModelRegistry& models, serve::PrometheusMetrics& metrics) {
  try {
    models.reload();
    metrics.count_reload(true);
    log_info("models loaded anew");
  } catch (const std::exception& error) {
    metrics.count_reload(false);
    log_error("the models stay as they were: " + torch_error_message(error).value_or(error.what()));
  }
}

int run_serve(ServeCommand& command) {
  ServerSignals signals;  // first, since threads inherit what it blocks
  complete(command);
  const auto sources = model_sources(command.models);
  serve::ModelRegistry::LoadBase base_loader;
  if (command.base_models) {
    base_loader = [&](const std::string& name, const serve::ModelRegistry::Models& served) {
      return load_base_model(name, served, command.runtime);
    };
  }
  serve::ModelRegistry models([&] { return load_models(sources, command.runtime); }, base_loader);
  serve::PrometheusMetrics metrics;
  serve::TextEmbedder embedder(command.texts, command.queue, metrics);
  const serve::Backend backend{models, embedder, metrics};
  const serve::Service service(backend, metrics, command.service, request_log());
  serve::HttpServer server(command.server,
                           [&](const serve::HttpRequest& request) { return service.handle(request); });
  const ServerThread running(server);
  log_info("listening on " + address(command.server.host, server.port()));
  while (signals.wait() == ServerSignals::Wish::reload) reload(models, metrics);
  log_info("stopping: answering what has arrived");
  return 0;
}

void bind_limits(CLI::App& app, ServeCommand& command) {
  const std::string group = "Limits";
  const auto add = [&]<typename T>(const char* flag, T& value, std::type_identity_t<T> least,
                                   std::type_identity_t<T> most, const char* help) {
    app.add_option(flag, value, help)->transform(number<T>(least, most))->capture_default_str()->group(group);
  };
  add("--max-texts", command.texts.texts, 1, 1'000'000, "Most texts in one request");
  add("--max-body-megabytes", command.body_megabytes, 1, 1024, "Largest body of a request");
  add("--queue-size", command.queue.waiting_texts, 1, 10'000'000,
      "Most texts that wait; a request that would make it more is answered with 429");
  add("--batch-tokens", command.queue.batch_tokens, 1, 1'000'000,
      "Most tokens that a thread computes at a time");
  add("--timeout", command.timeout_seconds, 1, 86400, "Seconds until a request is given up");
  add("--transfer-timeout", command.transfer_timeout_seconds, 1, 3600,
      "Seconds that a client may take between two bytes");
  add("--connections", command.server.connections, 1, 4096, "Connections served at a time; more wait");
}

}  // namespace

std::function<int()> bind_serve(CLI::App& app) {
  auto command = std::make_shared<ServeCommand>();
  app.add_option(
         "MODEL", command->models,
         "Model folders, hub ids or aliases; NAME=MODEL gives one another name. Requests that name no "
         "model get the first")
      ->required();
  app.add_option("--host", command->server.host, "Address to listen on; 0.0.0.0: all of the machine's")
      ->capture_default_str();
  app.add_option("--port", command->server.port, "Port to listen on; 0: one that is free")
      ->transform(number<int>(0, 65535))
      ->capture_default_str();
  auto* key =
      app.add_option("--api-key", command->key,
                     "Key that requests must carry; every user of the machine can see it here, unlike "
                     "in --api-key-file or the environment")
          ->check([](const std::string& given) {
            return given.empty() ? std::string("expected a key, found an empty text") : std::string();
          });
  app.add_option(
         "--api-key-file", command->key_file,
         "File with the key that requests must carry (default: the environment variable REPRTUNE_API_KEY, "
         "else none)")
      ->excludes(key);
  app.add_option("--cors-origin", command->service.cors_origin,
                 "Origin whose pages may use the server from a browser, or * (default: none)");
  app.add_flag("!--no-base-models", command->base_models,
               "Never load the base model of a finetuned one, which the Playground compares it with");
  app.add_option(
         "--allow-host", command->allowed_hosts,
         "Further name that clients call the server by, of a proxy before it, say; may be repeated. A "
         "request whose Host header has none of its names is refused (default: localhost, 127.0.0.1 and "
         "[::1], or any name when --host is no loopback address)")
      ->allow_extra_args(false);  // or the models behind it would be names, too
  bind_limits(app, *command);
  command->runtime.bind(app);
  return [command] { return run_serve(*command); };
}

}  // namespace reprtune::cli
