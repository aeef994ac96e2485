// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>

#include "cli/options/verbs.h"
#include "reports/writer.h"

namespace loadline::cli {
namespace {

// F=PATH; of a format that is added to a file that the environment names, F alone will do. An empty
// path: there is none.
std::pair<std::string, std::string> SplitReport(const std::string& text) {
  const size_t equals = text.find('=');
  if (equals != std::string::npos) return {text.substr(0, equals), text.substr(equals + 1)};
  for (const reports::Writer& writer : reports::AllWriters()) {
    const char* path = writer.added_to != nullptr ? std::getenv(writer.added_to) : nullptr;
    if (writer.format == text && path != nullptr) return {text, path};
  }
  return {text, ""};
}

// What is wrong with it; empty: nothing.
std::string CheckReport(const std::string& text, const std::vector<std::string>& formats) {
  const auto [format, path] = SplitReport(text);
  const bool known = std::find(formats.begin(), formats.end(), format) != formats.end();
  if (known && !path.empty()) return "";
  for (const reports::Writer& writer : reports::AllWriters()) {
    if (known && writer.format == format && writer.added_to != nullptr && text == format)
      return std::string(writer.added_to) + " is not set: this is no step of GitHub Actions; " +
             "name a file: " + format + "=PATH";
  }
  return "\"" + text + "\" is not FORMAT=PATH; formats are " + CLI::detail::join(formats, ", ");
}

}  // namespace

std::vector<std::string> AllFormats() {
  std::vector<std::string> formats;
  for (const reports::Writer& writer : reports::AllWriters()) formats.emplace_back(writer.format);
  return formats;
}

void AddOutput(CLI::App& verb, OutputOptions& output, const std::vector<std::string>& formats) {
  verb.add_option("--format", output.format, "format of standard output")
      ->check(CLI::IsMember(formats))
      ->type_name("FORMAT");
  verb.add_option_function<std::vector<std::string>>(
          "--report",
          [&output](const std::vector<std::string>& reports) {
            for (const std::string& report : reports) output.reports.push_back(SplitReport(report));
          },
          "also write a report to a file; repeatable")
      ->check(CLI::Validator(
          [formats](const std::string& text) { return CheckReport(text, formats); }, ""))
      ->type_name("FORMAT=PATH")
      ->allow_extra_args(false);
  const std::map<std::string, Colour> colours{
      {"auto", Colour::kAuto}, {"always", Colour::kAlways}, {"never", Colour::kNever}};
  verb.add_option("--color", output.colour, "auto, always or never")
      ->transform(CLI::CheckedTransformer(colours, CLI::ignore_case))
      ->type_name("WHEN");
  verb.add_flag("-v,--verbose", output.verbose, "list what passed too");
  verb.add_flag("-q,--quiet", output.quiet, "no progress on standard error");
}

void AddOnly(CLI::App& verb, std::vector<std::string>& only, const char* what) {
  verb.add_option("--only", only, what)->type_name("GLOB")->allow_extra_args(false);
}

void AddBattery(CLI::App& verb, std::vector<std::string>& batteries, const char* otherwise) {
  verb.add_option(
          "--battery", batteries,
          "only this battery (isolation, equivalence, control, recursion, timing, efficiency, "
          "machine, faults), or \"cases\"; repeatable (" +
              std::string(otherwise) + ")")
      ->type_name("BATTERY")
      ->allow_extra_args(false);
}

void AddJobs(CLI::App& verb, int& jobs, const char* what) {
  verb.add_option("--jobs", jobs, what)->check(CLI::Range(1, 256))->type_name("N");
}

void AddListFormat(CLI::App& verb, std::string& format) {
  verb.add_option("--format", format, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->type_name("FORMAT");
}

}  // namespace loadline::cli
