// SPDX-License-Identifier: Apache-2.0
#include "cli/options/verbs.h"
#include "reports/writer.h"

namespace loadline::cli {
namespace {

// F=PATH, with one of these formats; says what is wrong otherwise.
std::string CheckReport(const std::string& text, const std::vector<std::string>& formats) {
  const size_t equals = text.find('=');
  if (equals != std::string::npos && equals + 1 < text.size() &&
      std::find(formats.begin(), formats.end(), text.substr(0, equals)) != formats.end()) {
    return "";
  }
  return "\"" + text + "\" is not FORMAT=PATH; formats are " + CLI::detail::join(formats, ", ");
}

}  // namespace

std::vector<std::string> Formats() {
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
            for (const std::string& report : reports) {
              const size_t equals = report.find('=');
              output.reports.emplace_back(report.substr(0, equals), report.substr(equals + 1));
            }
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
