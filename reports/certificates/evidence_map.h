// SPDX-License-Identifier: Apache-2.0
// Evidence map: what a certificate has to say to the questions that an evaluation by the Common
// Criteria asks of tests. It claims no assurance level (docs/evidence.md).
#pragma once

#include <string>
#include <vector>

#include "reports/certificates/certificate.h"

namespace loadline::reports::certificates {

struct EvidenceQuestion {
  const char* family;  // of the Common Criteria, part 3: "ATE_COV"
  const char* question;
  std::string (*answer)(const Certificate& certificate);  // of a certification; with its figures
};

const std::vector<EvidenceQuestion>& EvidenceQuestions();

}  // namespace loadline::reports::certificates
