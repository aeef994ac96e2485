// SPDX-License-Identifier: Apache-2.0
#include "validator/appc/discovery.h"

#include <re2/re2.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/digest.h"
#include "validator/names/grammar.h"
#include "validator/rules/access.h"

namespace loadline::validator {
namespace {

constexpr std::string_view kImages = "ac-discovery";
constexpr std::string_view kKeys = "ac-discovery-pubkeys";
constexpr size_t kMostTags = 1000;  // what a hostile page says of itself has an end
constexpr std::string_view kVariables[] = {"name", "version", "os", "arch", "ext"};

// The pattern of an attribute in the text of a tag.
std::string PatternOf(const std::string& attribute) {
  return R"re((?is)[\s"'/])re" + attribute + R"re(\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))re";
}

// The value of an attribute, decoded as far as addresses need it.
std::string Attribute(std::string_view tag, const re2::RE2& pattern) {
  std::string quoted, single, bare;
  if (!re2::RE2::PartialMatch(tag, pattern, &quoted, &single, &bare)) return "";
  std::string value = quoted + single + bare;
  re2::RE2::GlobalReplace(&value, "&amp;", "&");
  return value;
}

// What is wrong with a template's variables, empty when nothing is.
std::string WrongInTemplate(std::string_view text) {
  while (true) {
    const size_t open = text.find_first_of("{}");
    if (open == std::string_view::npos) return "";
    const size_t close = text.find_first_of("{}", open + 1);
    if (text[open] == '}' || close == std::string_view::npos || text[close] == '{')
      return "its braces do not match";
    const std::string_view name = text.substr(open + 1, close - open - 1);
    if (std::find(std::begin(kVariables), std::end(kVariables), name) == std::end(kVariables))
      return "{" + std::string(name) + "} is no variable of discovery";
    text.remove_prefix(close + 1);
  }
}

// An address once its variables are filled in.
bool IsAddress(std::string text) {
  re2::RE2::GlobalReplace(&text, R"(\{[a-z]+\})", "x");
  return text.find("://") != std::string::npos && Follows("uri", text);
}

class PageJudge {
 public:
  PageJudge(const std::string& name, const std::string& file, const ValidateOptions& options)
      : file_(file), options_(options), findings_(name, options.spec) {}

  Findings Judge(const std::vector<DiscoveryTag>& tags) && {
    for (const DiscoveryTag& tag : tags) {
      if (tag.name == kImages) JudgeTemplate(tag);
      if (tag.name == kKeys) JudgeKeys(tag);
    }
    JudgeWhole(tags);
    findings_.CountSilentRules(SubjectType::kAppcDiscovery);
    return std::move(findings_);
  }

 private:
  void JudgeTemplate(const DiscoveryTag& tag) {
    if (tag.prefix.empty() || tag.location.empty()) {
      Say("discovery/template", tag.line, "a tag holds no prefix and template",
          "write it like content=\"example.com https://example.com/{name}-{version}.{ext}\"");
      return;
    }
    if (!Follows("ac-identifier", tag.prefix))
      Say("discovery/prefix", tag.line, "\"" + tag.prefix + "\" is no beginning of a name",
          "write it like example.com/app");
    if (const std::string wrong = WrongInTemplate(tag.location); !wrong.empty())
      Say("discovery/uri-template", tag.line, wrong, "use {name}, {version}, {os}, {arch}, {ext}");
    else if (!IsAddress(tag.location))
      Say("discovery/uri-template", tag.line, "\"" + tag.location + "\" is no address",
          "write it like https://example.com/{name}-{version}.{ext}");
    if (tag.location.find("{ext}") == std::string::npos)
      Say("discovery/ext", tag.line, "the template has no {ext}",
          "image and signature differ in it alone: end it in .{ext}");
  }

  void JudgeKeys(const DiscoveryTag& tag) {
    if (tag.prefix.empty() || !IsAddress(tag.location))
      Say("discovery/keys", tag.line, "a tag of keys holds no prefix and address",
          "write it like content=\"example.com https://example.com/keys.gpg\"");
  }

  void JudgeWhole(const std::vector<DiscoveryTag>& tags) {
    const auto none = [&](const auto& fits) {
      return std::none_of(tags.begin(), tags.end(), [&](const DiscoveryTag& tag) {
        return tag.name == kImages && fits(tag);
      });
    };
    if (none([](const DiscoveryTag&) { return true; })) {
      Say("discovery/tags", 1, "no ac-discovery tag stands here",
          "clients go on to the parent of the name: add one");
      return;
    }
    if (tags.size() == kMostTags)
      Say("discovery/tags", tags.back().line,
          "only the first " + std::to_string(kMostTags) + " tags are judged",
          "one for each kind of transport is enough");
    if (none([](const DiscoveryTag& tag) { return tag.location.starts_with("https://"); }))
      Say("discovery/https", 1, "no template is one of HTTPS", "offer one that every client has");
    if (options_.with == nullptr) return;
    for (const AppcImage& image : *options_.with) {
      const std::string name = StringAt(*image.manifest, "/name").value_or("");
      if (none([&](const DiscoveryTag& tag) { return IsPrefixOf(tag.prefix, name); }))
        Say("discovery/prefix-matches", 1, "no prefix matches \"" + name + "\" of " + image.path,
            "a prefix is the name or one of its parents");
    }
  }

  void Say(std::string_view rule, int line, std::string message, std::string hint) {
    findings_.Report(rule, {file_, line, 1, ""}, std::move(message), std::move(hint));
  }

  const std::string& file_;
  const ValidateOptions& options_;
  Findings findings_;
};

}  // namespace

std::vector<DiscoveryTag> DiscoveryTagsOf(std::string_view html) {
  // A comment that is not closed hides the rest of the page.
  static const re2::RE2 kTag(
      R"re((?is)<!--.*?(?:-->|\z)|(<meta[\s/](?:[^>"']|"[^"]*"|'[^']*')*>))re");
  static const re2::RE2 kName(PatternOf("name"));
  static const re2::RE2 kContent(PatternOf("content"));
  std::vector<DiscoveryTag> tags;
  re2::StringPiece rest(html.data(), html.size());
  re2::StringPiece meta;
  const char* counted = html.data();  // lines before it
  int line = 1;
  while (tags.size() < kMostTags && re2::RE2::FindAndConsume(&rest, kTag, &meta)) {
    const std::string_view tag(meta.data(), meta.size());
    if (tag.empty()) continue;  // a comment
    line += static_cast<int>(std::count(counted, tag.data(), '\n'));
    counted = tag.data();
    DiscoveryTag found;
    found.name = Attribute(tag, kName);
    std::transform(found.name.begin(), found.name.end(), found.name.begin(),
                   [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    if (found.name != kImages && found.name != kKeys) continue;
    const std::string content = Attribute(tag, kContent);
    re2::RE2::FullMatch(content, R"(\s*(\S+)\s+(\S+)\s*)", &found.prefix, &found.location);
    found.line = line;
    tags.push_back(std::move(found));
  }
  return tags;
}

bool IsPrefixOf(std::string_view prefix, std::string_view name) {
  return name == prefix || (name.starts_with(prefix) && name[prefix.size()] == '/');
}

bool IsDiscoveryPage(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && text[first] == '<' && !DiscoveryTagsOf(text).empty();
}

Judgement JudgeDiscoveryPage(const std::string& name, const std::string& file,
                             std::string_view html, const ValidateOptions& options) {
  reports::Subject judged;
  judged.name = name;
  judged.type = ToText(SubjectType::kAppcDiscovery);
  judged.digest = Sha256(html);
  return PageJudge(name, file, options).Judge(DiscoveryTagsOf(html)).Finish(std::move(judged));
}

}  // namespace loadline::validator
