// SPDX-License-Identifier: Apache-2.0
// The grammars of names: digests, media types, references, identifiers of appc and others.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace loadline::validator {

struct Grammar {
  std::string_view name;     // as --kind says it: "tag"
  std::string_view what;     // "a tag of the distribution standard"
  std::string_view pattern;  // RE2, of the whole text
  std::string_view example;
};

std::span<const Grammar> Grammars();
const Grammar* FindGrammar(std::string_view name);
// Whether the whole text follows the grammar; `name` is one of Grammars.
bool Follows(std::string_view name, std::string_view text);

// What is wrong with a digest, empty when nothing is: its grammar, and what its algorithm asks for.
// Unknown algorithms are fine.
std::string WrongInDigest(std::string_view digest);
// The bytes of a base64 text (RFC 4648 section 4), nothing when it is none.
std::optional<std::string> DecodeBase64(std::string_view text);

}  // namespace loadline::validator
