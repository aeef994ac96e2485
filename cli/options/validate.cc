// SPDX-License-Identifier: Apache-2.0
#include "cli/options/verbs.h"
#include "validator/names/grammar.h"
#include "validator/subject/kind.h"

namespace loadline::cli {
namespace {

std::vector<std::string> KindNames() {
  std::vector<std::string> names;
  for (const validator::SubjectKind& kind : validator::SubjectKinds())
    names.emplace_back(kind.name);
  for (const validator::Grammar& grammar : validator::Grammars()) names.emplace_back(grammar.name);
  return names;
}

// "ratio=200"; false when it is none.
bool SetLimit(const std::string& text, validator::ContentLimits& limits) {
  const size_t equals = std::min(text.find('='), text.size());
  const std::string name = text.substr(0, equals);
  uint64_t number = 0;
  if (equals == text.size() || !CLI::detail::lexical_cast(text.substr(equals + 1), number) ||
      number == 0)
    return false;
  if (name == "size") limits.unpacked_bytes = number;
  if (name == "ratio") limits.ratio = number;
  if (name == "entries") limits.entries = number;
  if (name == "depth") limits.depth = static_cast<int>(std::min<uint64_t>(number, 1000));
  return name == "size" || name == "ratio" || name == "entries" || name == "depth";
}

// What is judged, and as what.
void AddPaths(CLI::App& verb, ValidateOptions& options) {
  verb.add_option("paths", options.paths,
                  "bundles, images and ACIs (directories or archives) and JSON documents; - is "
                  "standard input")
      ->required()
      ->type_name("PATH");
  verb.add_option("--kind", options.kind,
                  "what PATH is, instead of detecting it; of a name, PATH is the name itself: " +
                      CLI::detail::join(KindNames(), ", "))
      ->check(CLI::IsMember(KindNames()))
      ->type_name("KIND");
  verb.add_option("--spec", options.spec,
                  "judge by this version of the standard, not by the declared one")
      ->type_name("VERSION");
  verb.add_flag("--same", options.same,
                "are the two paths the same, apart from how they are packed and written?");
}

// What it is held against.
void AddOthers(CLI::App& verb, ValidateOptions& options) {
  verb.add_option("--keyring", options.keyring,
                  "verify OpenPGP signatures (.aci.asc, simple signatures) with these keys")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  verb.add_option("--key", options.key, "verify cosign's signatures with this public key (PEM)")
      ->check(CLI::ExistingFile)
      ->type_name("FILE");
  verb.add_option("--image", options.image,
                  "the image that the bundle was made from: a layout or archive, with :NAME "
                  "behind it when it holds several")
      ->type_name("IMAGE");
  verb.add_option("--with", options.with,
                  "an image of appc that dependencies are looked for in, or that a discovery page "
                  "leads to; repeatable")
      ->type_name("ACI")
      ->allow_extra_args(false);
}

// How much of it is read.
void AddDepth(CLI::App& verb, ValidateOptions& options) {
  verb.add_option_function<std::vector<std::string>>(
          "--limit",
          [&options](const std::vector<std::string>& limits) {
            for (const std::string& limit : limits) SetLimit(limit, options.limits);
          },
          "how much of content is read: size=BYTES, ratio=N, entries=N, depth=N; repeatable")
      ->check(CLI::Validator(
          [](const std::string& text) {
            validator::ContentLimits limits;
            return SetLimit(text, limits) ? "" : "\"" + text + "\" is not NAME=NUMBER";
          },
          ""))
      ->type_name("NAME=N")
      ->allow_extra_args(false);
  verb.add_flag_function(
      "--shallow", [&options](int64_t) { options.shallow = true; },
      "compare blobs with their digests, and do not open them");
  verb.add_flag_function(
      "--deep", [&options](int64_t) { options.shallow = false; },
      "open layers too: diffIDs, entries, whiteouts (the default)");
}

// What is done with the findings.
void AddHandling(CLI::App& verb, ValidateOptions& options) {
  verb.add_option("--fail-level", options.fail_level,
                  "exit 1 for findings of this level and above: must (the default), should, may "
                  "or none")
      ->check(CLI::IsMember({"must", "should", "may", "none"}))
      ->type_name("LEVEL");
  verb.add_option("--ignore", options.ignore, "leave out the findings of this rule; repeatable")
      ->type_name("RULE")
      ->allow_extra_args(false);
  verb.add_option("--settings", options.settings,
                  "settings by path (default: .loadline.json here or above)")
      ->type_name("FILE");
}

}  // namespace

void AddValidate(CLI::App& app, Command& command) {
  CLI::App* verb = app.add_subcommand("validate", "is this bundle, image or document sound?");
  // The callback, which lives as long as the verb, keeps what all of them write to.
  auto options = std::make_shared<ValidateOptions>();
  AddPaths(*verb, *options);
  AddOthers(*verb, *options);
  AddDepth(*verb, *options);
  AddHandling(*verb, *options);
  AddJobs(*verb, options->jobs, "how many paths, or blobs of one image, at once");
  AddOutput(*verb, options->output);
  verb->callback([options, &command] { command = *options; });
}

}  // namespace loadline::cli
