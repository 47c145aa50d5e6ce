#pragma once

#include <string>
#include <vector>

namespace reprtune {

/// The files of a repository that are of use here, and to sentence-transformers and transformers, as paths
/// within it: first what says what the model is, in the order in which it was listed, then the weights.
/// Nothing whose format can hold code. Throws Error(model), one line that begins with `name`, when the list
/// has a path that leads out of the repository, no configuration, or no weights that can be read here.
std::vector<std::string> choose_model_files(const std::string& name, const std::vector<std::string>& listed);

/// Files that change what a model computes when they are missing, and that many models do not have: a model
/// is complete when each of them is there or known to be in no place.
const std::vector<std::string>& optional_model_files();

constexpr const char* kWeightsFile = "model.safetensors";

}  // namespace reprtune
