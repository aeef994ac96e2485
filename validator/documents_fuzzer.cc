// SPDX-License-Identifier: Apache-2.0
// Fuzzes text, schema and rules of every kind of document: the first byte says which. Run as
// json/document_fuzzer.cc says, with validator/corpus/documents.
#include <cstdint>
#include <cstdlib>

#include "validator/validate.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace loadline::validator;
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto kinds = SubjectKinds();
  const SubjectKind& kind = kinds[data[0] % kinds.size()];
  const bool is_document = !kind.schema.empty() || kind.type == SubjectType::kAppcDiscovery;
  if (!is_document || kind.type == SubjectType::kBundle) return 0;
  const Judgement judgement = ValidateText("input", text, kind.type);
  for (const auto& finding : judgement.findings) {
    // Every finding has a place, and none is a defect of ours.
    if (!finding.location || finding.location->line < 1 ||
        finding.verdict == loadline::reports::Verdict::kError)
      std::abort();
  }
  return 0;
}
