// SPDX-License-Identifier: Apache-2.0
// Fuzzes everything that reads archives: images, layers and ACIs, packed or not: the first byte
// says which. Run as json/document_fuzzer.cc says, with validator/corpus/archives.
#include <fcntl.h>

#include <cstdint>
#include <cstdlib>

#include "validator/appc/aci.h"
#include "validator/image/image.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace loadline::validator;
  if (size == 0) return 0;
  OpenedSubject subject;
  subject.path = subject.file = "input.aci";
  subject.fd = loadline::UniqueFd(open("/dev/null", O_RDONLY | O_CLOEXEC));
  subject.beginning.assign(reinterpret_cast<const char*>(data) + 1, size - 1);
  ValidateOptions options;
  options.limits.unpacked_bytes = 8 << 20;  // what is slow and not wrong would hide what is wrong
  const int which = data[0] % 3;
  const auto judgement = which == 0   ? ValidateImage(subject, options)
                         : which == 1 ? ValidateLayer(subject, options)
                                      : ValidateAci(subject, options);
  if (!judgement.has_value()) return 0;
  for (const auto& finding : judgement->findings) {
    if (!finding.location || finding.verdict == loadline::reports::Verdict::kError) std::abort();
  }
  return 0;
}
