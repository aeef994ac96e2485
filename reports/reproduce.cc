// SPDX-License-Identifier: Apache-2.0
#include "reports/reproduce.h"

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>

#include "reports/result_key.h"

namespace loadline::reports {
namespace {

// Where programs are found by their names.
constexpr std::string_view kOnPath[] = {"/bin",           "/sbin",     "/usr/bin",
                                        "/usr/local/bin", "/usr/sbin", "/usr/local/sbin"};

// What certify takes: the name of a profile, or the path of a program that was given by it (it is
// then named as its file).
std::string CandidateArgument(const Subject& candidate) {
  if (candidate.command.size() != 1) return candidate.name;
  const std::string& program = candidate.command.front();
  const size_t slash = program.rfind('/');
  if (slash == std::string::npos || program.substr(slash + 1) != candidate.name)
    return candidate.name;
  const std::string_view directory = std::string_view(program).substr(0, slash);
  const bool found_by_name =
      std::find(std::begin(kOnPath), std::end(kOnPath), directory) != std::end(kOnPath);
  return found_by_name ? candidate.name : program;
}

bool CalledWithoutRights(const Report& report) {
  if (!report.host || !report.host->is_object()) return false;
  const auto rootless = report.host->find("rootless");
  return rootless != report.host->end() && rootless->is_boolean() && rootless->get<bool>();
}

}  // namespace

std::string ShellWord(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("@%+=:,./-_").find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (plain) return text;
  std::string word = "'";
  for (const char c : text) word += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return word + "'";
}

std::string CommandFor(const Report& report, const Subject& candidate, const CheckResult& result) {
  if (report.kind == Kind::kValidation) return "loadline validate " + ShellWord(candidate.name);
  std::string command = "loadline certify " + ShellWord(CandidateArgument(candidate));
  if (!report.spec.empty()) command += " --spec " + ShellWord(report.spec);
  if (CalledWithoutRights(report)) command += " --rootless";
  return command + " --only " + ShellWord(CaseOf(result.id));
}

}  // namespace loadline::reports
