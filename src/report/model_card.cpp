#include <reprtune/data/display_text.h>
#include <reprtune/report/field.h>
#include <reprtune/report/html.h>
#include <reprtune/report/model_card.h>

#include <algorithm>
#include <string_view>

#include <nlohmann/json.hpp>

namespace reprtune {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kListedClasses = 100;

// A YAML double-quoted scalar: a JSON string is one.
std::string yaml_text(const std::string& text) {
  return Json(display_text(text, kShownCharacters)).dump(-1, ' ', true);
}

// A user's string within Markdown: HTML is inert, and no character of it formats, links or ends a table cell.
std::string markdown_text(const std::string& text) {
  std::string out;
  for (const char c : html_text(text, 80)) {
    if (std::string_view("\\`*_[]|#!~$").find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// A file or folder without the way to it.
std::string last_name(const std::string& path) {
  const std::size_t end = path.find_last_not_of('/') + 1;  // 0 where there is nothing else
  const std::string whole = path.substr(0, end);
  return whole.substr(whole.find_last_of('/') + 1);
}

std::string name_of_base(const Json& run, const std::string& base_hub_id) {
  return base_hub_id.empty() ? last_name(text_field(run, "base_model")) : base_hub_id;
}

std::string model_index(const Json& run) {
  const Json& metrics = field(run, "metrics");
  const auto accuracy = number_field(metrics, "accuracy"), f1 = number_field(field(metrics, "macro"), "f1");
  if (!accuracy || !f1) return {};
  std::string data = last_name(text_field(field(field(run, "data"), "validation"), "name"));
  if (data.empty()) data = "validation rows";
  return "model-index:\n- name: " + yaml_text(last_name(text_field(run, "model"))) +
         "\n  results:\n  - task:\n      type: text-classification\n    dataset:\n      type: text\n      "
         "name: " +
         yaml_text(data) + "\n    metrics:\n    - type: accuracy\n      value: " + html_number(accuracy, 4) +
         "\n    - type: f1\n      name: macro-F1\n      value: " + html_number(f1, 4) + "\n";
}

// pipeline_tag is what the library named above makes of the folder: embeddings to compare. The head is a file
// of its own.
std::string front_matter(const Json& run, const std::string& base_hub_id) {
  std::string out =
      "---\nlibrary_name: sentence-transformers\npipeline_tag: sentence-similarity\ntags:\n- "
      "sentence-transformers\n"
      "- sentence-similarity\n- feature-extraction\n- text-classification\n- reprtune\n";
  if (!base_hub_id.empty()) out += "base_model: " + yaml_text(base_hub_id) + "\n";
  return out + model_index(run) + "---\n";
}

std::string introduction(const Json& run, const std::string& base_hub_id) {
  const std::string base = name_of_base(run, base_hub_id), version = text_field(run, "version");
  std::string out =
      "\n# " + markdown_text(last_name(text_field(run, "model"))) + "\n\nA text representation model";
  if (!base.empty()) out += ", finetuned from " + markdown_text(base);
  const std::string earlier = last_name(text_field(run, "init_from"));
  if (!earlier.empty()) out += ", going on from the finetuned model " + markdown_text(earlier) + ",";
  out += " with reprtune" + (version.empty() ? "" : std::string(" ").append(markdown_text(version))) +
         ". It turns a text into an embedding whose neighbours are of the same class, and, with the "
         "classification head "
         "beside it, into a class with calibrated probabilities.\n";
  return out;
}

std::string training_data(const Json& run) {
  const Json& data = field(run, "data");
  const Json& train = field(data, "train");
  const Json& classes = list_field(train, "classes");
  const auto rows = count_field(train, "rows");
  if (!rows) return {};
  std::string out = "\n## Training data\n\n" + html_count(*rows) + " rows";
  const std::string name = last_name(text_field(train, "name"));
  if (!name.empty()) out.append(" (").append(markdown_text(name)).append(")");
  if (!classes.empty()) out += " in " + std::to_string(classes.size()) + " classes";
  if (has_label_sets(run)) out += ", any number of them per row";
  if (const auto folds = count_field(data, "folds")) {
    out.append(", scored by cross-validation in ").append(html_count(*folds)).append(" folds");
  } else if (const auto validation = count_field(field(data, "validation"), "rows")) {
    out.append("; ").append(html_count(*validation)).append(" other rows for validation");
    if (count_field(data, "final_fit_rows"))
      out += ", which it was trained on, too, once they had been scored";
  }
  out += ".\n";
  if (classes.empty()) return out;
  out += "\n| class | training rows |\n|---|---:|\n";
  for (std::size_t i = 0; i < std::min(classes.size(), kListedClasses); ++i) {
    out += std::string("| ").append(markdown_text(text_field(classes[i], "label"))) + " | " +
           html_count(count_field(classes[i], "rows").value_or(0)) + " |\n";
  }
  if (classes.size() > kListedClasses)
    out += "\nand " + html_count(classes.size() - kListedClasses) + " more classes.\n";
  return out;
}

std::string score_row(const std::string& name, std::optional<double> accuracy, std::optional<double> f1) {
  return "| " + name + " | " + html_number(accuracy, 4) + " | " + html_number(f1, 4) + " |\n";
}

std::string scores(const Json& run) {
  const Json& metrics = field(run, "metrics");
  if (!number_field(metrics, "accuracy")) return {};
  const Json& baselines = field(run, "baselines");
  std::string out = "\n## Scores on the validation rows\n\n| | accuracy | macro-F1 |\n|---|---:|---:|\n";
  out +=
      score_row("this model", number_field(metrics, "accuracy"), number_field(field(metrics, "macro"), "f1"));
  const auto baseline_row = [&out](const std::string& name, const Json& baseline) {
    if (!baseline.is_object()) return;
    out += score_row(name, number_field(baseline, "accuracy"), number_field(baseline, "macro_f1"));
  };
  baseline_row("linear probe on the base model", field(baselines, "linear_probe"));
  baseline_row("most frequent class", field(baselines, "majority"));
  if (const auto hamming = number_field(metrics, "hamming_loss")) {
    out += "\nAccuracy is that of a row's whole set of labels. Micro-F1 " +
           html_number(number_field(field(metrics, "micro"), "f1"), 4) + ", samples-F1 " +
           html_number(number_field(field(metrics, "samples"), "f1"), 4) + ", Hamming loss " +
           html_number(hamming, 4) + ".\n";
  }
  const auto ece = number_field(metrics, "ece"), loss = number_field(metrics, "log_loss");
  if (ece && loss) {
    out +=
        "\nLog loss " + html_number(loss, 4) + ", expected calibration error " + html_number(ece, 4) + ".\n";
  }
  return out;
}

constexpr std::string_view kUsage = R"md(
## Use

`MODEL` stands for this folder.

Command line:

```sh
reprtune classify MODEL new.csv > labels.csv
reprtune embed MODEL new.csv -o vectors.npy
```

Embeddings in Python (`pip install sentence-transformers`):

```python
from sentence_transformers import SentenceTransformer

encoder = SentenceTransformer("MODEL")
embeddings = encoder.encode(["a text", "another text"])
```

Classes and probabilities in Python:

```python
import json

import numpy as np
from safetensors.numpy import load_file
from sentence_transformers import SentenceTransformer

encoder = SentenceTransformer("MODEL")
head = load_file("MODEL/head.safetensors")
with open("MODEL/reprtune.json", encoding="utf-8") as file:
    settings = json.load(file)

embeddings = encoder.encode(["a text", "another text"])
logits = (embeddings @ head["weight"].T + head["bias"]) / settings["temperature"]
)md";

constexpr std::string_view kSoftmaxInPython =
    R"md(probabilities = np.exp(logits - logits.max(axis=1, keepdims=True))
probabilities /= probabilities.sum(axis=1, keepdims=True)
labels = [settings["labels"][i] for i in probabilities.argmax(axis=1)]
)md";

constexpr std::string_view kSigmoidInPython = R"md(probabilities = 1 / (1 + np.exp(-logits))
given = probabilities >= np.array(settings["thresholds"])
labels = [[settings["labels"][i] for i in np.flatnonzero(row)] for row in given]
)md";

constexpr std::string_view kBetweenPythonAndCpp = R"md(```

The command line repeats the cleaning steps named in `reprtune.json`, if there are any; in Python and C++ that is up to
you.

Classes in C++ (libreprtune):

```cpp
#include <reprtune/eval/calibration.h>
#include <reprtune/infer/embedder.h>

const auto model = reprtune::Model::load("MODEL", reprtune::Precision::float32, at::kCPU);
const std::vector<std::string> texts = {"a text", "another text"};
const auto tokens = reprtune::tokenize(model, texts, reprtune::Truncation::end, 1);
const at::Tensor embeddings = reprtune::embed_tokens(model, tokens.ids, {});    // [B, H]
const at::Tensor logits = model.head()->logits(embeddings).contiguous();        // [B, C]
)md";

constexpr std::string_view kSoftmaxInCpp =
    R"md(const auto probabilities =                                                      // [B, C]
    reprtune::softmax({logits.const_data_ptr<float>(), static_cast<std::size_t>(logits.numel())},
                      model.head()->labels.size(), model.head()->temperature);
)md";

constexpr std::string_view kSigmoidInCpp =
    R"md(const auto probabilities = model.head()->probabilities(logits);                 // [B, C]
const auto labels = model.head()->predict(probabilities);                       // [B]
)md";

constexpr std::string_view kEndOfUse = R"md(```
)md";

std::string usage(const Json& run) {
  const bool sets = has_label_sets(run);
  std::string out;
  for (const std::string_view part : {kUsage, sets ? kSigmoidInPython : kSoftmaxInPython,
                                      kBetweenPythonAndCpp, sets ? kSigmoidInCpp : kSoftmaxInCpp, kEndOfUse})
    out += part;
  return out;
}

}  // namespace

std::string render_model_card(const Json& run, const std::string& base_hub_id) {
  return front_matter(run, base_hub_id) + introduction(run, base_hub_id) + training_data(run) + scores(run) +
         usage(run);
}

}  // namespace reprtune
