// SPDX-License-Identifier: Apache-2.0
#include "validator/names/names.h"

#include <unistd.h>

#include <sstream>

#include "base/files.h"

namespace loadline::validator {
namespace {

constexpr size_t kMostInput = size_t{16} << 20;

void Check(const Grammar& grammar, const std::string& text, const std::string& file, int line,
           Findings& findings) {
  const bool digest = grammar.name == "digest";
  const std::string wrong = digest                        ? WrongInDigest(text)
                            : Follows(grammar.name, text) ? ""
                                                          : "is not " + std::string(grammar.what);
  if (!wrong.empty())
    findings.Report("name/" + std::string(grammar.name), {file, line, 1, ""},
                    "\"" + text + "\" " + wrong, "write it like " + std::string(grammar.example));
}

}  // namespace

Result<Judgement> ValidateNames(const Grammar& grammar, const std::string& text,
                                const std::string& spec) {
  Findings findings(text, spec);
  if (text == "-") {
    ASSIGN_OR_RETURN(const std::string input, ReadFd(STDIN_FILENO, kMostInput));
    std::istringstream lines(input);
    int number = 0;
    for (std::string line; std::getline(lines, line);)
      Check(grammar, line, "<stdin>", ++number, findings);
  } else {
    Check(grammar, text, text.empty() ? "\"\"" : text, 1, findings);
  }
  reports::Subject subject;
  subject.name = text;
  subject.type = grammar.name;
  return std::move(findings).Finish(std::move(subject));
}

}  // namespace loadline::validator
