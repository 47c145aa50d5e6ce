#pragma once

#include <reprtune/data/round_plan.h>
#include <reprtune/train/held_out.h>

#include <cstdint>
#include <filesystem>

#include <nlohmann/json_fwd.hpp>

namespace reprtune::cli {

/// The same rows with as much of their texts as a report shows, for its record.
Dataset with_shown_texts(Dataset rows);

/// The model beside simpler methods, on the rows that its rounds held out; TF-IDF with logistic regression is
/// fitted here. Logs the table.
nlohmann::ordered_json compare_methods(const RoundPlan& plan, const HeldOut& held_out, std::uint64_t seed);

/// What the report shows of the held-out rows one by one: {"mistakes": mistakes_json(), and where a row has
/// one label "examples": confusion_examples_json(), "threshold_curve": threshold_curve_json()}.
nlohmann::ordered_json predictions_json(const Dataset& rows, const HeldOut& held_out, const Head& head);

/// The labels of the held-out rows that somebody should look at, with their shown texts; all that the model
/// contradicts go to `file`, too, with their whole texts. Logs how many there are.
nlohmann::ordered_json review_labels(const Dataset& rows, const HeldOut& held_out, const Head& head,
                                     const std::filesystem::path& file);

}  // namespace reprtune::cli
