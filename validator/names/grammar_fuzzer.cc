// SPDX-License-Identifier: Apache-2.0
// Fuzzes the grammars of names. Run as json/document_fuzzer.cc says, with validator/corpus/names.
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>

#include "validator/names/grammar.h"
#include "validator/names/kernel_names.h"
#include "validator/names/quantity.h"

namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace loadline::validator;
  const std::string text(reinterpret_cast<const char*>(data), size);
  for (const Grammar& grammar : Grammars()) Follows(grammar.name, text);
  // What is a sound digest is a digest, and each part of a reference is what it is called.
  if (WrongInDigest(text).empty()) Require(Follows("digest", text));
  if (Follows("ac-name", text)) Require(Follows("ac-identifier", text));
  if (Follows("repository", text)) Require(Follows("reference", text));
  if (Follows("tag", text)) Require(Follows("reference", "a:" + text));
  if (const auto bytes = DecodeBase64(text)) Require(bytes->size() <= text.size() / 4 * 3);
  if (const auto quantity = ReadQuantity(text)) Require(*quantity >= 0);
  IsCapability(text);
  IsErrno(text);
  IsSystemCall(text.c_str());
  return 0;
}
