#include <reprtune/io/error.h>
#include <reprtune/serve/known_examples.h>

namespace reprtune::serve {

KnownExamples KnownExamples::of(const Model& model) {
  KnownExamples known;
  try {
    auto examples = TrainingExamples::load(model.folder().path / "run", model.hidden_size());
    if (examples) {
      known.finetuned.emplace(examples->after);
      if (examples->before.defined()) known.base.emplace(examples->before);
      known.rows = std::move(examples->rows);
    } else if (model.head()) {
      known.reason =
          "The model's folder has no run/examples.jsonl: it was finetuned by an earlier reprtune, or its run "
          "folder was deleted.";
    } else {
      known.reason = "The model was not finetuned by reprtune, so it has no training examples.";
    }
  } catch (const Error& error) {
    known.reason = error.what();
  }
  return known;
}

}  // namespace reprtune::serve
