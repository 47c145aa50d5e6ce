#pragma once

#include <string_view>

namespace reprtune {

// Files of page/, put into the program when it is built (cmake/ReprtuneEmbed.cmake).
extern const std::string_view kUiHtml, kUiCss, kUiAppJs, kUiServerJs, kUiElementsJs, kUiWordsJs, kUiChartJs,
    kUiHomeJs, kUiDataStepJs, kUiSettingsStepJs, kUiReviewStepJs, kUiDraftJs, kUiRunJs, kUiCompareJs;

}  // namespace reprtune
