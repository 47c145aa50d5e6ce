#pragma once

#include <reprtune/io/work_progress.h>

#include <cstddef>
#include <span>
#include <vector>

namespace reprtune {

/// The rows placed in the plane so that neighbours stay neighbours (t-SNE: van der Maaten and Hinton,
/// "Visualizing Data using t-SNE", JMLR 2008): [B, H] row-major -> [B, 2] row-major. Groups mean something,
/// distances between them little.
///
/// Affinities are those of each row's 3 * 30 nearest neighbours, with a perplexity of 30 (van der Maaten,
/// "Accelerating t-SNE using Tree-Based Algorithms", JMLR 2014, section 3), fewer of few rows; repulsion is
/// exact. It begins with the plane of project_to_plane() (Kobak and Berens, "The art of using t-SNE for
/// single-cell transcriptomics", Nature Communications 2019), so that no random number decides on the
/// picture, and learns at B / 12 (Belkina et al., same journal, 2019). Time O(B^2 * (H + iterations)): about
/// two seconds for 1,500 rows; memory O(B * H).
std::vector<float> tsne(std::span<const float> rows, std::size_t dimension,
                        const ProgressListener& progress = {});

}  // namespace reprtune
