#pragma once

#include <reprtune/data/split.h>
#include <reprtune/model/model.h>

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace reprtune {

/// What decides the bytes that a run ends in: {"options": {name: value}, "model": checksum of the model it
/// begins with, "train": checksum of the rows, "validation": the same, "arithmetic": Model::arithmetic()}.
nlohmann::ordered_json run_identity(const nlohmann::ordered_json& options, const Model& model,
                                    const Split& rows);

/// Throws Error when a run that began as `begun` cannot go on as `now`: usage for an option or the base
/// model, data for the rows; one line that says what differs. `place`: where it began, `base` and `rows`:
/// what is given now; for the message.
void require_same_run(const nlohmann::ordered_json& begun, const nlohmann::ordered_json& now,
                      const std::string& place, const std::string& base, const Split& rows);

/// A warning where the machine or the device that a run goes on with computes otherwise than the one it began
/// with, so that it ends in other bytes than a run in one piece; else empty.
std::string other_arithmetic(const nlohmann::ordered_json& begun, const nlohmann::ordered_json& now);

}  // namespace reprtune
