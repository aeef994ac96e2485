// SPDX-License-Identifier: Apache-2.0
#include "reports/certificates/evidence_map.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/files.h"
#include "reports/certificates/sample_certificate.h"

namespace loadline::reports::certificates {
namespace {

TEST(EvidenceMap, AnswersEachQuestionOfItsPage) {
  const std::string page = ReadFile(LOADLINE_SOURCE_DIR "/docs/evidence.md").value();
  const Certificate certificate = Certificate::Parse(SampleEnvelope(WholeReport())).value();
  for (const EvidenceQuestion& question : EvidenceQuestions()) {
    EXPECT_THAT(page, testing::HasSubstr("| " + std::string(question.family) + " | " +
                                         question.question + " |"));
    EXPECT_NE(question.answer(certificate), "");
  }
  EXPECT_THAT(EvidenceQuestions()[0].answer(certificate), testing::HasSubstr("(floor: 85 %)"));
}

}  // namespace
}  // namespace loadline::reports::certificates
