// SPDX-License-Identifier: Apache-2.0
// The evidence of a comparison: for each row what the candidates said, those that said the same
// together.
#pragma once

#include <string>

#include "reports/parity/comparison.h"

namespace loadline::reports {

// Where the evidence of a row stands on the page.
std::string RowAnchor(size_t row);
// Whether there is more to say of a row than that all of it passed.
bool HasEvidence(const ParityRow& row);
// The class that gives a cell its colour.
std::string ColourOf(const ParityCell& cell);
// The words of a row's cells, each once: what a search for verdicts finds it by.
std::string WordsOf(const ParityRow& row);

// What the candidates said of one row, as a fold that its anchor leads to; `more` is markup that
// belongs below.
std::string RowEvidence(const Comparison& comparison, size_t row, const std::string& more = "");

// One fold for each row that has evidence, by area.
std::string EvidenceHtml(const Comparison& comparison);

}  // namespace loadline::reports
