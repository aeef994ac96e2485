// SPDX-License-Identifier: Apache-2.0
#include "validator/names/grammar.h"

#include <re2/re2.h>

#include <array>
#include <memory>
#include <mutex>

namespace loadline::validator {
namespace {

#define GRAMMAR_LABEL "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
#define GRAMMAR_HOST \
  "(?:" GRAMMAR_LABEL "(?:\\." GRAMMAR_LABEL ")*|\\[[0-9a-fA-F:]+\\])(?::[0-9]+)?"
#define GRAMMAR_COMPONENT "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
#define GRAMMAR_PATH GRAMMAR_COMPONENT "(?:/" GRAMMAR_COMPONENT ")*"
#define GRAMMAR_TAG "[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}"
#define GRAMMAR_DIGEST "[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]+"
#define GRAMMAR_LICENCE "(?:[A-Za-z0-9.-]+:)?[A-Za-z0-9.-]+\\+?"
#define GRAMMAR_MEDIA "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"

constexpr Grammar kGrammars[] = {
    {"ac-identifier", "an AC Identifier of appc", "[a-z0-9]+(?:[-._~/][a-z0-9]+)*",
     "example.com/reduce-worker"},
    {"ac-name", "an AC Name of appc", "[a-z0-9]+(?:-[a-z0-9]+)*", "reduce-worker"},
    {"digest", "a digest", GRAMMAR_DIGEST, "sha256: and 64 hexadecimal digits"},
    {"image-id", "an image ID of appc", "sha512-[0-9a-f]{128}",
     "sha512- and 128 hexadecimal digits"},
    {"media-type", "a media type (RFC 6838)", GRAMMAR_MEDIA "/" GRAMMAR_MEDIA,
     "application/vnd.example.thing"},
    {"ref-name", "a reference name of an image layout",
     "[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*(?:/"
     "[A-Za-z0-9]+(?:(?:[-._:@+]|--)[A-Za-z0-9]+)*)*",
     "stable-1.2"},
    {"reference", "a reference to an image",
     "(?:" GRAMMAR_HOST "/)?" GRAMMAR_PATH "(?::" GRAMMAR_TAG ")?(?:@" GRAMMAR_DIGEST ")?",
     "registry.example.com/team/app:1.2"},
    {"repository", "a repository name of the distribution standard", GRAMMAR_PATH, "team/app"},
    {"signal", "a signal", "SIG[A-Z0-9]+(?:[+-][0-9]+)?|[0-9]+", "SIGTERM or SIGRTMIN+3"},
    {"spdx-expression", "an SPDX licence expression",
     "\\(*" GRAMMAR_LICENCE "\\)*(?: +(?:AND|OR|WITH) +\\(*" GRAMMAR_LICENCE "\\)*)*",
     "Apache-2.0 OR MIT"},
    {"tag", "a tag of the distribution standard", GRAMMAR_TAG, "1.2"},
    {"timestamp", "a time of RFC 3339",
     "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[Tt](?:[01][0-9]|2[0-3]):[0-5][0-9]:"
     "(?:[0-5][0-9]|60)(?:\\.[0-9]+)?(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])",
     "2026-01-31T12:00:00Z"},
    {"uri", "a URI (RFC 3986)",
     "[A-Za-z][A-Za-z0-9+.-]*:(?:[A-Za-z0-9._~:/?#\\[\\]@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*",
     "https://example.com/layer.tar"},
};

constexpr size_t kLongestName = 255;  // of a repository, as registries have it

size_t IndexOf(std::string_view name) {
  for (size_t i = 0; i < std::size(kGrammars); ++i) {
    if (kGrammars[i].name == name) return i;
  }
  return std::size(kGrammars);
}

// Compiled when first asked for: a run needs few of them.
const re2::RE2& Compiled(size_t index) {
  static std::array<std::once_flag, std::size(kGrammars)> once;
  static std::array<std::unique_ptr<re2::RE2>, std::size(kGrammars)> compiled;
  std::call_once(once[index], [&] {
    compiled[index] = std::make_unique<re2::RE2>(
        re2::StringPiece(kGrammars[index].pattern.data(), kGrammars[index].pattern.size()));
  });
  return *compiled[index];
}

struct EncodedForm {
  std::string_view algorithm;
  size_t digits;
};

constexpr EncodedForm kForms[] = {{"sha256", 64}, {"sha512", 128}, {"blake3", 64}};

}  // namespace

std::span<const Grammar> Grammars() { return kGrammars; }

const Grammar* FindGrammar(std::string_view name) {
  const size_t index = IndexOf(name);
  return index < std::size(kGrammars) ? &kGrammars[index] : nullptr;
}

bool Follows(std::string_view name, std::string_view text) {
  const size_t index = IndexOf(name);
  if (index == std::size(kGrammars)) return false;
  if ((name == "repository" || name == "reference") &&
      text.substr(0, text.find_last_of(":@")).size() > kLongestName)
    return false;
  return re2::RE2::FullMatch(re2::StringPiece(text.data(), text.size()), Compiled(index));
}

std::string WrongInDigest(std::string_view digest) {
  if (!Follows("digest", digest)) return "is not \"algorithm:encoded\" in the letters of a digest";
  const size_t colon = digest.find(':');
  const std::string_view encoded = digest.substr(colon + 1);
  for (const EncodedForm& form : kForms) {
    if (digest.substr(0, colon) != form.algorithm) continue;
    const bool hex = encoded.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (!hex || encoded.size() != form.digits)
      return "does not have the " + std::to_string(form.digits) +
             " lower-case hexadecimal digits of " + std::string(form.algorithm);
  }
  return "";
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  constexpr std::string_view kLetters =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text.substr(0, text.size() - padding)) {
    const size_t value = kLetters.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<uint32_t>(value);
    if (++count % 4 != 0) continue;
    for (const int shift : {16, 8, 0}) bytes += static_cast<char>(bits >> shift & 255);
    bits = 0;
  }
  if (padding == 1) {
    bytes += static_cast<char>(bits >> 10 & 255);
    bytes += static_cast<char>(bits >> 2 & 255);
  } else if (padding == 2) {
    bytes += static_cast<char>(bits >> 4 & 255);
  }
  return bytes;
}

}  // namespace loadline::validator
